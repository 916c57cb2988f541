---What was sent to the model server lately, in full: every field of every request, with texts as they read.
local M = {}

---@class sopro.Traced
---@field id integer
---@field at string RFC 3339
---@field method string
---@field path string
---@field body any
---@field snippets {source: string, path: string, lines: integer[][], tokens: integer, why: string}[]
---@field status integer 0 while no answer has come
---@field ms number 0 while it runs

---Puts a value under its name: texts of several lines in a block of their own, the rest on one line.
---@param out string[]
---@param name string
---@param value any
local function field(out, name, value)
  if type(value) == 'string' then
    local lines = vim.split(value, '\n', { plain = true })
    if #lines == 1 then
      out[#out + 1] = ('%s: %s'):format(name, value)
      return
    end
    out[#out + 1] = name .. ':'
    for _, line in ipairs(lines) do
      out[#out + 1] = '    ' .. line
    end
  elseif type(value) == 'table' and vim.islist(value) and type(value[1]) == 'table' then
    for i, inner in ipairs(value) do
      for key, part in vim.spairs(inner) do
        field(out, ('%s[%d].%s'):format(name, i, key), part)
      end
    end
  else
    out[#out + 1] = ('%s: %s'):format(name, vim.json.encode(value))
  end
end

---Where a snippet is from: a.lua:3-7,12.
---@param snippet {path: string, lines: integer[][]}
local function place(snippet)
  local runs = {}
  for _, run in ipairs(snippet.lines) do
    runs[#runs + 1] = run[1] == run[2] and tostring(run[1]) or ('%d-%d'):format(run[1], run[2])
  end
  return #runs == 0 and snippet.path or snippet.path .. ':' .. table.concat(runs, ',')
end

---@param request sopro.Traced
---@param out string[]
local function describe(request, out)
  local answer = request.status == 0 and 'no answer yet' or ('status %d, %.0f ms'):format(request.status, request.ms)
  out[#out + 1] = ('# %d  %s %s  %s  (%s)'):format(request.id, request.method, request.path, request.at, answer)
  for _, snippet in ipairs(request.snippets) do
    out[#out + 1] = ('with %d tokens of %s (%s: %s)'):format(snippet.tokens, place(snippet), snippet.source, snippet.why)
  end
  if type(request.body) == 'table' then
    for key, value in vim.spairs(request.body) do
      field(out, key, value)
    end
  elseif request.body ~= vim.NIL then
    field(out, 'body', request.body)
  end
  out[#out + 1] = ''
end

---The requests as lines, the newest first.
---@param requests sopro.Traced[]
---@return string[]
function M.lines(requests)
  local out = { 'What Sopro has sent, the newest first. It is kept in memory only.', '' }
  for i = #requests, 1, -1 do
    describe(requests[i], out)
  end
  if #requests == 0 then
    out[#out + 1] = 'Nothing was sent yet.'
  end
  return out
end

return M
