-- Tells wrk what to send: one connect each, with a token of its own, as environment variables say. Prints one line of JSON.
local path, body, content_type = os.getenv("CONNECT_PATH"), nil, os.getenv("CONNECT_TYPE")
local tokens, next_token = {}, 0

function init()
  local file = io.open(os.getenv("CONNECT_BODY"), "rb")
  body = file:read("*a")
  file:close()
  for token in io.lines(os.getenv("CONNECT_TOKENS")) do tokens[#tokens + 1] = token end
end

function request()
  next_token = next_token % #tokens + 1
  local headers = { ["Content-Type"] = content_type, ["Authorization"] = "Bearer " .. tokens[next_token] }
  return wrk.format("POST", path, headers, body)
end

function done(summary)
  local errors = summary.errors
  io.write(string.format('{"answers":%d,"seconds":%f,"refused":%d,"broken":%d}\n', summary.requests,
    summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
