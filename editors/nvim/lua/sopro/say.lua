---What is told to a person: one line, so that Neovim never asks for Enter while they type. Of a line that is too long Neovim shows both
---ends (see 'shortmess'), and all of it in :messages. All begin with our name.
local M = {}

---A `vim.notify` that the person has put in the place of Neovim's finds room for everything by itself.
---@return boolean
local function is_own()
  local notify = vim.notify
  if type(notify) ~= 'function' then
    return true
  end
  local source = debug.getinfo(notify, 'S').source -- Neovim's is compiled in, since 0.12 without its name
  return not (vim.startswith(source, '@vim/') or source:match('^=?%?$'))
end

---@param text string
---@param level integer
---@param highlight string
local function tell(text, level, highlight)
  text = 'Sopro: ' .. text
  if is_own() then
    vim.notify(text, level)
    return
  end
  vim.cmd.echohl(highlight)
  vim.cmd.echomsg(vim.fn.string((text:gsub('%s*\n%s*', ' '))))
  vim.cmd.echohl('None')
end

---@param text string
function M.error(text)
  tell(text, vim.log.levels.ERROR, 'ErrorMsg')
end

---@param text string
function M.warn(text)
  tell(text, vim.log.levels.WARN, 'WarningMsg')
end

---@param text string
function M.info(text)
  tell(text, vim.log.levels.INFO, 'None')
end

---@type table<string, true>
local told = {}

---Says the same only once until Neovim ends.
---@param text string
---@param how? fun(text: string) default `warn`
function M.once(text, how)
  if not told[text] then
    told[text] = true
    how = how or M.warn
    how(text)
  end
end

---Shows how far something is; it is not kept. What does not fit in the line is left out.
---@param text string
function M.progress(text)
  text = 'Sopro: ' .. text
  local room = vim.v.echospace
  if vim.fn.strdisplaywidth(text) > room then
    text = vim.fn.strcharpart(text, 0, room)
  end
  vim.api.nvim_echo({ { text } }, false, {})
end

---The kinds of a server's message.
local by_type = { M.error, M.warn, M.info, M.info }

---The handler of `window/showMessage`.
---@type lsp.Handler
function M.on_message(_, params)
  local say = by_type[params.type] or M.info
  say(params.message)
end

return M
