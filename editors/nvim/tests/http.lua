---A request over HTTP to this machine, for the controls of the simulated model server. HTTP/1.0, so that the answer is simply what
---comes until the connection closes.
local uv = vim.uv

local M = {}

---@param address string "http://127.0.0.1:4711"
---@param method string
---@param path string
---@param body? string
---@return integer status
---@return string body
function M.request(address, method, path, body)
  local host, port = address:match('^http://(.+):(%d+)$')
  local tcp = assert(uv.new_tcp())
  local received, over, problem = {}, false, nil
  tcp:connect(host, tonumber(port), function(err)
    if err then
      over, problem = true, err
      return
    end
    tcp:write(('%s %s HTTP/1.0\r\nHost: %s\r\nContent-Length: %d\r\n\r\n%s'):format(method, path, host, #(body or ''), body or ''))
    tcp:read_start(function(failed, chunk)
      received[#received + 1] = chunk
      over, problem = failed ~= nil or chunk == nil, failed
    end)
  end)
  vim.wait(10000, function()
    return over
  end, 1)
  tcp:close()
  assert(over and not problem, ('%s %s: %s'):format(method, path, problem or 'no answer'))
  local status, rest = table.concat(received):match('^HTTP/%S+ (%d+).-\r\n\r\n(.*)$')
  return tonumber(status), --[[@as integer]]
    rest
end

return M
