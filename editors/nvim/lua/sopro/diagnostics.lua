---Tells the server what other tools say of a buffer: it is not told what its neighbours found.
local client = require('sopro.client')
local text = require('sopro.text')

local M = {}

---The least time between two messages about one buffer: linters and compilers speak in bursts.
local pause_ms = 200
---So many are told of one buffer; a prompt shows a few, of one line.
local most = 50

---What was told last of each buffer, and to which client.
---@type table<integer, string>
local told = {}
---The buffers that are looked at soon.
---@type table<integer, true>
local due = {}
---The buffers of which nothing was told since they are not completed.
---@type table<integer, true>
local withheld = {}

---The errors and warnings of a buffer that are not the client's own; of many those nearest the cursor, and without one the first.
---@param bufnr integer
---@param running vim.lsp.Client
---@return vim.Diagnostic[]
local function nearest(bufnr, running)
  local own = vim.lsp.diagnostic.get_namespace(running.id)
  local all = vim.tbl_filter(function(d)
    return d.namespace ~= own
  end, vim.diagnostic.get(bufnr, { severity = { min = vim.diagnostic.severity.WARN } }))
  if #all > most then
    local cursor = bufnr == vim.api.nvim_get_current_buf() and vim.api.nvim_win_get_cursor(0)[1] - 1 or 0
    table.sort(all, function(a, b)
      return math.abs(a.lnum - cursor) < math.abs(b.lnum - cursor)
    end)
  end
  return vim.list_slice(all, 1, most)
end

---@param bufnr integer
---@param running vim.lsp.Client
---@return lsp.Diagnostic[]
local function in_lsp(bufnr, running)
  local encoding = running.offset_encoding
  return vim.tbl_map(function(d)
    return {
      range = {
        start = text.position(bufnr, d.lnum, d.col, encoding),
        ['end'] = text.position(bufnr, d.end_lnum or d.lnum, d.end_col or d.col, encoding),
      },
      severity = d.severity,
      message = d.message,
      source = d.source,
    }
  end, nearest(bufnr, running))
end

---@param bufnr integer
---@param running vim.lsp.Client
local function is_completed(bufnr, running)
  return not client.is_off(running) and require('sopro.inline').wanted(bufnr) and not require('sopro.toggle').is_language_off(bufnr)
end

---@param bufnr integer
local function look(bufnr)
  due[bufnr] = nil
  local running = vim.api.nvim_buf_is_loaded(bufnr) and client.client(bufnr)
  if not running then
    return
  end
  withheld[bufnr] = not is_completed(bufnr, running) or nil
  if withheld[bufnr] then
    return
  end
  local all = in_lsp(bufnr, running)
  local now = #all > 0 and running.id .. vim.json.encode(all) or nil
  if now ~= told[bufnr] then
    told[bufnr] = now
    client.call(running, 'notify', 'sopro/diagnostics', { uri = vim.uri_from_bufnr(bufnr), diagnostics = all })
  end
end

---@param bufnr integer
local function soon(bufnr)
  if not due[bufnr] and client.client(bufnr) then
    due[bufnr] = true
    vim.defer_fn(function()
      look(bufnr)
    end, pause_ms)
  end
end

---@param group integer
function M.watch(group)
  local function on(events, act, pattern)
    vim.api.nvim_create_autocmd(events, { group = group, pattern = pattern, callback = act })
  end
  on({ 'DiagnosticChanged', 'LspAttach' }, function(event)
    soon(event.buf)
  end)
  on('LspDetach', function(event)
    local running = vim.lsp.get_client_by_id(event.data.client_id)
    if not running or running.name == 'sopro' then
      told[event.buf], withheld[event.buf] = nil, nil
    end
  end)
  on('User', function() -- completions may be switched on again
    vim.tbl_map(soon, vim.tbl_keys(withheld))
  end, 'SoproStatus')
end

return M
