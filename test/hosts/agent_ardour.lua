-- SPDX-License-Identifier: ISC
-- Run by Ardour's Lua interpreter: agent_ardour.lua FOLDER PLUGIN FRAMES RAW_L RAW_R LABEL...
-- Makes a session with a stereo track of FRAMES frames (raw 32-bit floats, one file a channel) and the VST3 on it, and plays
-- it over and over, recording automation of the parameters.  Prints "ready" once it plays.  While there is a file
-- FOLDER.hand ("LABEL VALUE"), sets that as a hand would, and removes it.  Ends when there is a file FOLDER.quit: prints
-- "point LABEL VALUE" for what was recorded, "end LABEL VALUE", and saves; with "kill" in the file, it ends at once.

io.stdout:setvbuf ("no")
local folder, name, n_frames, raws, labels = arg[1], arg[2], tonumber (arg[3]), { arg[4], arg[5] }, { table.unpack (arg, 6) }
local FROM_UI = ARDOUR.TransportRequestSource.TRS_UI

local backend = assert (AudioEngine:set_backend ("None (Dummy)", "Unit-Test", ""), "no dummy backend")
assert (backend:set_buffer_size (256) == 0, "block size refused")
local session = assert (create_session (folder, "agent", 48000), "no session")
session:new_audio_track (2, 2, nil, 1, "song", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
local track = session:route_by_name ("song"):to_track ()

-- There is no import: the track's own silence is bounced, and its samples replaced where they lie
local region = track:bounce_range (0, n_frames, ARDOUR.InterThreadInfo (), track:main_outs (), false, "song")
assert (not region:isnil (), "cannot bounce")
region:to_audioregion ():set_fade_in_active (false)
region:to_audioregion ():set_fade_out_active (false)
track:playlist ():add_region (region, Temporal.timepos_t (0), 1, false)
for c, raw in ipairs (raws) do
  local file = assert (io.open (folder .. "/interchange/agent/audiofiles/song%" .. (c == 1 and "L" or "R") .. ".wav", "r+b"))
  local _, data = file:read (4096):find ("data....")
  file:seek ("set", data)
  file:write (assert (io.open (raw, "rb")):read ("a"))
  file:close ()
end

local processor = ARDOUR.LuaAPI.new_plugin (session, name, ARDOUR.PluginType.VST3, "")
assert (not processor:isnil (), "cannot load " .. name)
assert (track:add_processor_by_index (processor, 0, nil, true) == 0, "cannot insert " .. name)
local plugin, numbers, lists, controls = processor:to_insert ():plugin (0), {}, {}, {}
local count = 0
for port = 0, plugin:parameter_count () - 1 do
  if plugin:parameter_is_control (port) then
    if plugin:parameter_is_input (port) then
      numbers[plugin:parameter_label (port)] = count
    end
    count = count + 1
  end
end
for _, label in ipairs (labels) do
  local number = assert (numbers[label], "no parameter is called " .. label)
  local _, list = ARDOUR.LuaAPI.plugin_automation (processor, number)
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, plugin:nth_parameter (number, false))
  controls[label] = processor:to_automatable ():automation_control (parameter, false)
  controls[label]:set_automation_state (ARDOUR.AutoState.Write)
  lists[label] = list
end

local function value (label)
  return (ARDOUR.LuaAPI.get_processor_param (processor, numbers[label], false))
end

local function take (suffix)
  local file = io.open (folder .. suffix)
  local text = file and file:read ("a")
  if file then
    file:close ()
    os.remove (folder .. suffix)
  end
  return text
end

-- What was read ahead is still the silence
session:request_locate (96000, false, ARDOUR.LocateTransportDisposition.MustRoll, FROM_UI)
for _ = 1, 1000 do
  if session:transport_rolling () and session:transport_sample () > 96000 then
    break
  end
  ARDOUR.LuaAPI.usleep (10000)
end
print ("ready")
local ending
for _ = 1, 30000 do -- This is only patience
  ARDOUR.LuaAPI.usleep (10000)
  for label in pairs (numbers) do -- As a window does that shows them
    value (label)
  end
  local hand = take (".hand")
  if hand then
    local label, wanted = hand:match ("^(.-) ([%d.]+)$")
    ARDOUR.LuaAPI.set_processor_param (processor, numbers[label], tonumber (wanted))
  end
  if session:transport_sample () > n_frames - 48000 then
    session:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustRoll, FROM_UI)
  end
  ending = take (".quit")
  if ending then
    break
  end
end
if ending == "kill" then
  os.exit (0, true)
end
for _, label in ipairs (labels) do
  print (("end\t%s\t%.9g"):format (label, value (label)))
end
session:request_stop (false, false, FROM_UI)
for _ = 1, 1000 do
  if session:transport_stopped () then
    break
  end
  ARDOUR.LuaAPI.usleep (10000)
end
for _, label in ipairs (labels) do
  for point in lists[label]:events ():iter () do
    print (("point\t%s\t%.9g"):format (label, point.value))
  end
  controls[label]:set_automation_state (ARDOUR.AutoState.Off)
end
session:save_state ("")
print ("done")
