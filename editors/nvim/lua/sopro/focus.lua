---Tells the server which buffer is looked at, and on which line the cursor rests: the model reads ahead what stands there.
local client = require('sopro.client')
local offers = require('sopro.offer')
local text = require('sopro.text')

local M = {}

---How long the cursor must rest on another line before that is told: who walks through a file with a key held down tells of its end.
---It is the same in VS Code. 'updatetime', which is 4 s by default, says how long to wait for other things.
local rest_ms = 300

---What was told last: the client, the buffer and the line.
local told = ''
---The server's client of each buffer that has one.
---@type table<integer, integer>
local attached = {}
---Runs out when the cursor has rested; there while a buffer has a server.
---@type uv.uv_timer_t?
local timer

---@param client_id integer
---@param bufnr integer the current one
---@return string
local function place(client_id, bufnr)
  return ('%d:%d:%d'):format(client_id, bufnr, (offers.cursor()))
end

---@param bufnr integer
local function look(bufnr)
  if bufnr ~= vim.api.nvim_get_current_buf() then
    return
  end
  local running = client.client(bufnr)
  local now = running and place(running.id, bufnr) or ''
  if now == told then
    return
  end
  told = now
  if running then
    local row, col = offers.cursor()
    client.call(running, 'notify', 'textDocument/didFocus', {
      textDocument = vim.lsp.util.make_text_document_params(bufnr),
      position = text.position(bufnr, row, col, running.offset_encoding),
    })
  end
end

---@param bufnr integer
local function moved(bufnr)
  if not timer or not attached[bufnr] or bufnr ~= vim.api.nvim_get_current_buf() then
    return
  end
  timer:stop()
  if place(attached[bufnr], bufnr) ~= told then
    timer:start(
      rest_ms,
      0,
      vim.schedule_wrap(function()
        look(bufnr)
      end)
    )
  end
end

---@param bufnr integer
---@param client_id integer
local function on_attach(bufnr, client_id)
  local running = vim.lsp.get_client_by_id(client_id)
  if running and running.name == 'sopro' then
    attached[bufnr] = client_id
    timer = timer or vim.uv.new_timer()
  end
end

---@param bufnr integer
---@param client_id integer
local function on_detach(bufnr, client_id)
  if attached[bufnr] ~= client_id then
    return
  end
  attached[bufnr] = nil
  if timer and not next(attached) then
    timer:close()
    timer = nil
  end
end

---@param group integer
function M.watch(group)
  local function on(events, act)
    vim.api.nvim_create_autocmd(events, { group = group, callback = act })
  end
  on('LspAttach', function(event)
    on_attach(event.buf, event.data.client_id)
  end)
  on('LspDetach', function(event)
    on_detach(event.buf, event.data.client_id)
  end)
  on({ 'BufEnter', 'LspAttach' }, function(event)
    vim.schedule(function() -- the cursor is at its place only after the event
      look(event.buf)
    end)
  end)
  on({ 'CursorMoved', 'CursorMovedI' }, function(event)
    moved(event.buf)
  end)
end

return M
