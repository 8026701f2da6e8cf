-- SPDX-License-Identifier: ISC
-- Run by Ardour's Lua interpreter: ardour_edits.lua FOLDER PLUGIN makes a session with the VST3 on a track, records
-- automation while the plugin is edited from outside, and prints what was recorded as "point LABEL FRAME VALUE",
-- separated by tabs, and "end LABEL VALUE", what the parameter is then.  In mode Touch it would need the window's
-- own thread.

io.stdout:setvbuf ("no")
local folder, name = arg[1], arg[2]
local FROM_UI = ARDOUR.TransportRequestSource.TRS_UI

local backend = assert (AudioEngine:set_backend ("None (Dummy)", "Unit-Test", ""), "no dummy backend")
assert (backend:set_buffer_size (256) == 0, "block size refused")
local session = assert (create_session (folder, "edits", 48000), "no session")
session:new_audio_track (2, 2, nil, 1, "edited", ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
local track = session:route_by_name ("edited"):to_track ()
local processor = ARDOUR.LuaAPI.new_plugin (session, name, ARDOUR.PluginType.VST3, "")
assert (not processor:isnil (), "cannot load " .. name)
assert (track:add_processor_by_index (processor, 0, nil, true) == 0, "cannot insert " .. name)

local plugin, controls = processor:to_insert ():plugin (0), {}
for number = 0, 1 do
  local _, list = ARDOUR.LuaAPI.plugin_automation (processor, number)
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, plugin:nth_parameter (number, false))
  local control = processor:to_automatable ():automation_control (parameter, false)
  control:set_automation_state (ARDOUR.AutoState.Write)
  controls[number] = { label = plugin:parameter_label (number), list = list }
end

session:request_roll (FROM_UI)
local second_at_first = ARDOUR.LuaAPI.get_processor_param (processor, 1, false)
for _ = 1, 3000 do -- The plugin's own frames are what it waits for; this is only patience
  ARDOUR.LuaAPI.usleep (10000)
  for number = 0, 1 do -- As a window does that shows the values
    ARDOUR.LuaAPI.get_processor_param (processor, number, false)
  end
  if ARDOUR.LuaAPI.get_processor_param (processor, 1, false) ~= second_at_first then
    break -- The last edit has come
  end
end
session:request_stop (false, false, FROM_UI)
for _ = 1, 1000 do
  if session:transport_stopped () then
    break
  end
  ARDOUR.LuaAPI.usleep (10000)
end
for number = 0, 1 do
  local control = controls[number]
  for point in control.list:events ():iter () do
    print (("point\t%s\t%d\t%.9g"):format (control.label, point.when:samples (), point.value))
  end
  print (("end\t%s\t%.9g"):format (control.label, (ARDOUR.LuaAPI.get_processor_param (processor, number, false))))
end
print ("done")
