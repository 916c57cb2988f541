---Sopro for Neovim: inline completions, explanations and code from local models. `:help sopro`
local M = {}

---Sets the configuration, as `vim.g.sopro` does. It need not be called.
---@param given? sopro.Config
function M.setup(given)
  require('sopro.config').set(given)
  if vim.v.vim_did_enter == 1 then
    require('sopro.server').begin()
  end
end

---For a statusline: '' where Sopro does not run, else such as 'sopro ✓ qwen2.5-coder'.
---@return string
function M.statusline()
  return package.loaded['sopro.server'] and require('sopro.status').line() or ''
end

---Whether a completion of Sopro is on the screen. With ghost = 'native' Neovim does not tell, and this is false.
---@return boolean
function M.visible()
  return package.loaded['sopro.inline'] ~= nil and require('sopro.inline').visible()
end

---Whether completions are wanted in a buffer.
---@param bufnr? integer
---@return boolean
function M.enabled(bufnr)
  return require('sopro.inline').wanted(bufnr or vim.api.nvim_get_current_buf())
end

---Maps a key in insert mode to take a completion where one is shown, and to do what it did before where none is.
---@param lhs string such as '<Tab>'
---@param act? 'accept'|'accept-word'|'accept-line' default 'accept'
function M.map(lhs, act)
  require('sopro.map').set(lhs, act or 'accept')
end

return M
