-- SPDX-License-Identifier: ISC
-- Run by Ardour's Lua interpreter: ardour.lua PLAN.lua, where PLAN.lua returns a table:
--   block    frames a block                     dir      of the session
--   list     true: print all plugins, and end   make     true: make the session, else open it
--   frames   length of every track              tracks   to make, each with
--     name, raw (one file of 32-bit floats a channel), format and plugin (nil: dry),
--     values {label, value}, ramps {label, {{frame, value}, ...}}
--   renders  one after the other, each with name, and before it, as {track, ...}:
--     solo (all others are muted), values {track, label, value}, bypass {track, true or false}
--   save     true: save the session at the end
-- Facts are printed as "fact KEY VALUE...", separated by tabs.

io.stdout:setvbuf ("no")
local plan = dofile (arg[1])
local SESSION, PRESET = "host", "5a3c2f70-7d53-4b0e-9b1c-6f64c6d0a001"

local function fact (...)
  print (table.concat ({ "fact", ... }, "\t"))
end

local function need (value, message)
  if not value or (type (value) == "userdata" and value.isnil and value:isnil ()) then
    error (message, 2)
  end
  return value
end

-- label → { number that LuaAPI wants, id that Ardour's automation wants }
local function controls (processor)
  local plugin, found, number = processor:to_insert ():plugin (0), {}, 0
  for port = 0, plugin:parameter_count () - 1 do -- Of an LV2 these are also its audio ports
    if plugin:parameter_is_control (port) then
      if plugin:parameter_is_input (port) then
        found[plugin:parameter_label (port)] = { number = number, id = plugin:nth_parameter (number, false) }
      end
      number = number + 1
    end
  end
  return found
end

local function control (processor, label)
  return need (controls (processor)[label], "no parameter is called " .. label)
end

local function set (processor, label, value)
  need (ARDOUR.LuaAPI.set_processor_param (processor, control (processor, label).number, value), "cannot set " .. label)
end

local function ramp (processor, label, points)
  local c = control (processor, label)
  local _, list = ARDOUR.LuaAPI.plugin_automation (processor, c.number)
  list:clear_list ()
  for _, point in ipairs (points) do
    list:add (Temporal.timepos_t (point[1]), point[2], false, true)
  end
  local parameter = Evoral.Parameter (ARDOUR.AutomationType.PluginAutomation, 0, c.id)
  local automation = need (processor:to_automatable ():automation_control (parameter, false), "no automation of " .. label)
  automation:set_automation_state (ARDOUR.AutoState.Play)
end

local function report (name, processor)
  local insert = processor:to_insert ()
  local plugin = insert:plugin (0)
  fact ("plugin", name, ARDOUR.PluginType.name (insert:type ()), plugin:name (), plugin:maker (), plugin:unique_id ())
  fact ("latency", name, processor:to_latent ():effective_latency ())
  fact ("active", name, tostring (processor:active ()))
  for label, c in pairs (controls (processor)) do
    local _, more = plugin:get_parameter_descriptor (c.id, ARDOUR.ParameterDescriptor ())
    local value = ARDOUR.LuaAPI.get_processor_param (processor, c.number, false)
    local d = more[2]
    fact ("value", name, label, string.format ("%.9g\t%.9g\t%.9g\t%.9g", value, d.lower, d.normal, d.upper))
  end
end

local function report_all (session)
  for route in session:get_tracks ():iter () do
    local p = route:nth_plugin (0)
    if not p:isnil () then
      report (route:name (), p)
    end
  end
end

local function start (block)
  local backend = need (AudioEngine:set_backend ("None (Dummy)", "Unit-Test", ""), "no dummy backend")
  need (backend:set_buffer_size (block) == 0, "block size refused")
end

-- There is no import: a track's own silence is bounced, and its samples replaced where they lie
local function fill (session, track, spec)
  local channels = #spec.raw
  local region = track:bounce_range (0, plan.frames, ARDOUR.InterThreadInfo (), track:main_outs (), false, spec.name)
  need (region, "cannot bounce")
  region:to_audioregion ():set_fade_in_active (false)
  region:to_audioregion ():set_fade_out_active (false)
  track:playlist ():add_region (region, Temporal.timepos_t (0), 1, false)
  local folder = plan.dir .. "/interchange/" .. plan.dir:match ("([^/]+)/*$") .. "/audiofiles/"
  for c, raw in ipairs (spec.raw) do
    local suffix = channels == 1 and "" or c == 1 and "%L" or "%R"
    local file = need (io.open (folder .. spec.name .. suffix .. ".wav", "r+b"), "no file of " .. spec.name)
    local _, data = file:read (4096):find ("data....")
    file:seek ("set", data)
    file:write (need (io.open (raw, "rb")):read ("a"))
    file:close ()
  end
end

local function add_track (session, spec)
  local channels = #spec.raw
  session:new_audio_track (channels, 2, nil, 1, spec.name, ARDOUR.PresentationInfo.max_order, ARDOUR.TrackMode.Normal, true)
  local track = need (session:route_by_name (spec.name), "no track"):to_track () -- What new_audio_track returns dies early
  fill (session, track, spec)
  if spec.plugin then
    local processor = ARDOUR.LuaAPI.new_plugin (session, spec.plugin, ARDOUR.PluginType[spec.format], "")
    need (processor, "cannot load " .. spec.plugin)
    need (track:add_processor_by_index (processor, 0, nil, true) == 0, "cannot insert " .. spec.plugin)
    for _, v in ipairs (spec.values or {}) do
      set (processor, v[1], v[2])
    end
    for _, r in ipairs (spec.ramps or {}) do
      ramp (processor, r[1], r[2])
    end
  end
end

local function processor (session, name)
  return need (need (session:route_by_name (name), "no track " .. name):nth_plugin (0), name .. " has no plugin")
end

local function solo (session, names)
  for route in session:get_tracks ():iter () do
    local heard = false
    for _, name in ipairs (names) do
      heard = heard or route:name () == name
    end
    route:mute_control ():set_value (heard and 0 or 1, PBD.GroupControlDisposition.NoGroup)
  end
end

local function render (session, spec)
  if spec.solo then
    solo (session, spec.solo)
  end
  for _, v in ipairs (spec.values or {}) do
    set (processor (session, v[1]), v[2], v[3])
  end
  for _, b in ipairs (spec.bypass or {}) do
    local p = processor (session, b[1])
    if b[2] then p:deactivate () else p:activate () end
  end
  local export = session:simple_export ()
  need (export:set_preset (PRESET), "no export preset")
  export:set_name (spec.name)
  export:set_folder (plan.dir .. "/export")
  export:set_range (0, plan.frames)
  need (export:run_export (), "export failed")
  for route in session:get_tracks ():iter () do
    local p = route:nth_plugin (0)
    if not p:isnil () then
      fact ("latency after", spec.name, route:name (), p:to_latent ():effective_latency ())
    end
  end
end

start (plan.block)
if plan.list then
  need (AudioEngine:start (false) == 0, "the engine does not start")
  for plugin in ARDOUR.LuaAPI.list_plugins ():iter () do
    fact ("found", ARDOUR.PluginType.name (plugin.type), plugin.name, plugin.creator, plugin.unique_id)
  end
  return
end
local session = need (plan.make and create_session (plan.dir, SESSION, 48000) or load_session (plan.dir, SESSION), "no session")
for _, spec in ipairs (plan.make and plan.tracks or {}) do
  add_track (session, spec)
end
if not plan.make then
  report_all (session)
end
for _, spec in ipairs (plan.renders) do
  render (session, spec)
end
if plan.make then
  report_all (session)
end
if plan.save then
  need (session:save_state ("", false, false, false, false, false) == 0, "cannot save")
end
fact ("done")
