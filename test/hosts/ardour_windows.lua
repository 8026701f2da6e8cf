-- SPDX-License-Identifier: ISC
-- Runs inside Ardour's own program, on its timer of ten ticks a second: carries out what is asked of it in the folder
-- $VSTKIT_ASKS.  ask: a piece of Lua; answer: "ok" or "no", a space, and what that returns, or why it failed.
-- What an ask defines is there for the next; Ardour gives it Session and Editor.
return function ()
  local folder = os.getenv ("VSTKIT_ASKS")
  local ask = folder and io.open (folder .. "/ask")
  if Watch then
    Watch ()
  end
  if not ask then
    return
  end
  local piece, good, said = ask:read ("a"), false, nil
  ask:close ()
  os.remove (folder .. "/ask")
  piece, said = load (piece)
  if piece then
    good, said = pcall (piece)
  end
  local answer = io.open (folder .. "/answer.part", "w")
  answer:write (good and "ok " or "no ", tostring (said))
  answer:close ()
  os.rename (folder .. "/answer.part", folder .. "/answer")
end
