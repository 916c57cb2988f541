---Tells the server which buffer is looked at, and on which line the cursor rests: the model reads ahead what stands there.
local client = require('sopro.client')
local offers = require('sopro.offer')
local text = require('sopro.text')

local M = {}

---What was told last: the client, the buffer and the line.
local told = ''

---@param bufnr integer
local function look(bufnr)
  if bufnr ~= vim.api.nvim_get_current_buf() then
    return
  end
  local running = client.client(bufnr)
  local row, col = offers.cursor()
  local place = running and ('%d:%d:%d'):format(running.id, bufnr, row) or ''
  if place == told then
    return
  end
  told = place
  if running then
    client.call(running, 'notify', 'textDocument/didFocus', {
      textDocument = vim.lsp.util.make_text_document_params(bufnr),
      position = text.position(bufnr, row, col, running.offset_encoding),
    })
  end
end

---@param group integer
function M.watch(group)
  vim.api.nvim_create_autocmd({ 'BufEnter', 'LspAttach', 'CursorHold', 'CursorHoldI' }, {
    group = group,
    callback = function(event)
      vim.schedule(function() -- the cursor is at its place only after the event
        look(event.buf)
      end)
    end,
  })
end

return M
