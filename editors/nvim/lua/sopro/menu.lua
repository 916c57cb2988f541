---Whether a completion menu is open: Neovim's own, nvim-cmp's or blink.cmp's. A ghost behind a menu only confuses.
local M = {}

---Asks a plugin that is loaded; one that fails has no menu.
---@param module string
---@param ask fun(plugin: table): boolean?
local function open_in(module, ask)
  local plugin = package.loaded[module]
  if type(plugin) ~= 'table' then
    return false
  end
  local ok, open = pcall(ask, plugin)
  return ok and open == true
end

---@return boolean
function M.open()
  return vim.fn.pumvisible() == 1
    or open_in('cmp', function(cmp)
      return cmp.visible()
    end)
    or open_in('blink.cmp', function(blink)
      return (blink.is_menu_visible or blink.is_visible)()
    end)
end

---Calls back, on the main loop, after a menu was opened or closed.
---@param group integer of autocommands
---@param changed fun()
function M.watch(group, changed)
  vim.api.nvim_create_autocmd({ 'CompleteChanged', 'CompleteDone' }, { group = group, callback = vim.schedule_wrap(changed) })
  vim.api.nvim_create_autocmd('User', {
    group = group,
    pattern = { 'BlinkCmpMenuOpen', 'BlinkCmpMenuClose' },
    callback = vim.schedule_wrap(changed),
  })
  local listening = false
  -- nvim-cmp is mostly loaded with the first insertion.
  vim.api.nvim_create_autocmd('InsertEnter', {
    group = group,
    callback = vim.schedule_wrap(function()
      local cmp = package.loaded.cmp
      if listening or type(cmp) ~= 'table' or type(cmp.event) ~= 'table' then
        return
      end
      listening = true
      cmp.event:on('menu_opened', vim.schedule_wrap(changed))
      cmp.event:on('menu_closed', vim.schedule_wrap(changed))
    end),
  })
end

return M
