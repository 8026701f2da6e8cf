-- SPDX-License-Identifier: ISC
-- Run by Ardour's Lua interpreter: live_ardour.lua FOLDER PLUGIN vst3|lv2 LABEL make|open|play
-- make: a session with the plugin on a track; prints "ready", records automation of the parameter while it is
-- edited from outside, until it is what a file FOLDER.value says, prints "point VALUE" for what was recorded,
-- "end VALUE", and saves.  open: opens that session, prints "kept VALUE" and "point VALUE", then "ready", and plays
-- until there is a file FOLDER.seen.  play: the same, with the automation of the parameter played from the beginning
-- every six seconds, until there is a file FOLDER.hold.

io.stdout:setvbuf ("no")
local folder, name, format, label, mode = arg[1], arg[2], arg[3], arg[4], arg[5]
local FROM_UI = ARDOUR.TransportRequestSource.TRS_UI
local kind = format == "vst3" and ARDOUR.PluginType.VST3 or ARDOUR.PluginType.LV2

local backend = assert (AudioEngine:set_backend ("None (Dummy)", "Unit-Test", ""), "no dummy backend")
assert (backend:set_buffer_size (256) == 0, "block size refused")
local session = assert (mode == "make" and create_session (folder, "live", 48000) or load_session (folder, "live"), "no session")

local function number_of (processor)
  local plugin, number = processor:to_insert ():plugin (0), 0
  for port = 0, plugin:parameter_count () - 1 do -- Of an LV2 these are also its audio ports
    if plugin:parameter_is_control (port) then
      if plugin:parameter_is_input (port) and plugin:parameter_label (port) == label then
        return number, plugin:nth_parameter (number, false)
      end
      number = number + 1
    end
  end
  error ("no parameter is called " .. label)
end

local function print_points (processor, number)
  local _, list = ARDOUR.LuaAPI.plugin_automation (processor, number)
  for point in list:events ():iter () do
    print (("point\t%.9g"):format (point.value))
  end
end

if mode == "open" or mode == "play" then
  local processor = session:route_by_name ("live"):nth_plugin (0)
  local number, id = number_of (processor)
  print (("kept\t%.9g"):format ((ARDOUR.LuaAPI.get_processor_param (processor, number, false))))
  print_points (processor, number)
  if mode == "play" then
    local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, id)
    processor:to_automatable ():automation_control (parameter, false):set_automation_state (ARDOUR.AutoState.Play)
  end
  session:request_roll (FROM_UI)
  print ("ready")
  for turn = 1, 6000 do -- This is only patience
    local file = io.open (folder .. ".seen")
    if file then
      file:close ()
      break
    end
    local hold = io.open (folder .. ".hold")
    if hold then
      hold:close ()
    elseif mode == "play" and turn % 600 == 1 then -- Over and over, for those that come late
      session:request_locate (0, false, ARDOUR.LocateTransportDisposition.MustRoll, FROM_UI)
    end
    ARDOUR.LuaAPI.usleep (10000)
  end
  print ("done")
  os.exit (0, true)
end

session:new_audio_track (2, 2, nil, 1, "live", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
local track = session:route_by_name ("live"):to_track ()
local processor = ARDOUR.LuaAPI.new_plugin (session, name, kind, "")
assert (not processor:isnil (), "cannot load " .. name)
assert (track:add_processor_by_index (processor, 0, nil, true) == 0, "cannot insert " .. name)
local number, id = number_of (processor)
local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, id)
local control = processor:to_automatable ():automation_control (parameter, false)
control:set_automation_state (ARDOUR.AutoState.Write)

session:request_roll (FROM_UI)
for _ = 1, 1000 do
  if session:transport_rolling () then
    break
  end
  ARDOUR.LuaAPI.usleep (10000)
end
print ("ready")
local wanted
for _ = 1, 3000 do -- This is only patience
  ARDOUR.LuaAPI.usleep (10000)
  local value = ARDOUR.LuaAPI.get_processor_param (processor, number, false) -- As a window does that shows it
  local file = not wanted and io.open (folder .. ".value")
  if file then
    wanted = file:read ("n")
    file:close ()
  end
  if wanted and math.abs (value - wanted) < 1e-6 then
    break
  end
end
print (("end\t%.9g"):format ((ARDOUR.LuaAPI.get_processor_param (processor, number, false))))
session:request_stop (false, false, FROM_UI)
for _ = 1, 1000 do
  if session:transport_stopped () then
    break
  end
  ARDOUR.LuaAPI.usleep (10000)
end
print_points (processor, number)
control:set_automation_state (ARDOUR.AutoState.Off) -- Else the session's value would be that of its beginning
session:save_state ("")
print ("done")
