---What the server says of itself, in a few characters for a statusline; and the highlight groups.
local M = {}

---By the status's kind.
local signs = { ok = '✓', busy = '…', loading = '⏳', disabled = '○', builtin = '∿', warning = '!', error = '✗' }
local plain = { ok = 'ok', busy = '...', loading = 'loading', disabled = 'off', builtin = 'built-in', warning = '!', error = 'x' }

---Words that stand where the model's name says nothing.
local words = { disabled = 'off', builtin = 'built-in', loading = 'loading', error = 'down' }

---A model's name without where it is from and how large it is.
---@param model string
local function short(model)
  return (model:gsub('^.*/', ''):gsub(':.*$', ''))
end

---What a statusline shows for the current buffer: '' where Sopro does not run, else such as 'sopro ✓ qwen2.5-coder'.
---@return string
function M.line()
  if not require('sopro.client').client(0) then
    return ''
  end
  local ascii = require('sopro.config').get().ascii
  local status = require('sopro.client').status()
  local is_wanted = require('sopro.inline').wanted(vim.api.nvim_get_current_buf())
  if not is_wanted or require('sopro.toggle').is_language_off() then
    return ascii and 'sopro off' or 'sopro ○ off'
  elseif not status then
    return 'sopro'
  end
  local word = words[status.kind] or short(status.model or '')
  local sign = (ascii and plain or signs)[status.kind] or ''
  local parts = { 'sopro', sign }
  if word ~= '' and word ~= sign then
    parts[3] = word
  end
  return table.concat(parts, ' ')
end

---The groups, as long as neither the person nor the colour scheme says otherwise.
local groups = {
  SoproGhost = 'Comment', -- a completion
  SoproProposal = 'DiffAdd', -- generated code that awaits a decision
  SoproHint = 'Comment', -- what can be done with it
}

local function define()
  for name, link in pairs(groups) do
    vim.api.nvim_set_hl(0, name, { link = link, default = true })
  end
end

---Keeps the groups defined and the statusline fresh.
function M.watch()
  define()
  local group = vim.api.nvim_create_augroup('sopro.status', {})
  vim.api.nvim_create_autocmd('ColorScheme', { group = group, callback = define })
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = 'SoproStatus',
    callback = function()
      vim.cmd.redrawstatus()
    end,
  })
end

return M
