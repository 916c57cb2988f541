---A model server for one story: a simulated Ollama with controls, or the real one. It ends with its standard input.
local http = require('http')

---@class Rig
---@field url string what Sopro is told
---@field control string
---@field pid integer
---@field private job integer
local Rig = {}
Rig.__index = Rig

---@param program string
---@param ... string
---@return Rig
function Rig.start(program, ...)
  local self, said = setmetatable({}, Rig), ''
  self.job = vim.fn.jobstart({ program, ... }, {
    on_stdout = function(_, data)
      said = said .. table.concat(data, '\n')
    end,
  })
  assert(
    vim.wait(120000, function()
      return said:find('\n', 1, true) ~= nil
    end, 2),
    'the model server does not start'
  )
  self.pid = vim.fn.jobpid(self.job)
  local ready = vim.json.decode(said)
  self.url, self.control = ready.url, ready.control
  return self
end

---@param path string
---@param body? table
function Rig:post(path, body)
  local status, answer = http.request(self.control, 'POST', path, body and vim.json.encode(body) or '{}')
  assert(status == 200, ('%s: %s'):format(path, answer))
end

---@param path string
---@return any
function Rig:get(path)
  local status, answer = http.request(self.control, 'GET', path)
  assert(status == 200, ('%s: %s'):format(path, answer))
  return vim.json.decode(answer)
end

---What holes are filled with: pairs of an expression for the text before the hole, and the text.
---@param ... {[1]: string, [2]: string}
function Rig:fill(...)
  self:post('/fill', { rules = vim.tbl_map(function(rule)
    return { when = rule[1], text = rule[2] }
  end, { ... }) })
end

---What is said in a chat: pairs of an expression for the last message, and the answer.
---@param ... {[1]: string, [2]: string}
function Rig:chat(...)
  self:post('/chat', { rules = vim.tbl_map(function(rule)
    return { when = rule[1], text = rule[2] }
  end, { ... }) })
end

---The generations that were asked for so far.
---@return {method: string, path: string, body: string, aborted: boolean, finished: boolean}[]
function Rig:requests(path)
  return vim.tbl_filter(function(request)
    return request.path == path
  end, self:get('/requests'))
end

function Rig:close()
  vim.fn.chanclose(self.job, 'stdin')
  vim.fn.jobwait({ self.job }, 5000)
end

return Rig
