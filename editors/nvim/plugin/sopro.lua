-- All that is loaded at start-up: names that load the rest when they are used.
if vim.g.loaded_sopro then
  return
end
vim.g.loaded_sopro = true

if vim.fn.has('nvim-0.10.4') == 0 then
  vim.notify('Sopro needs Neovim 0.10.4 or newer', vim.log.levels.ERROR)
  return
end

vim.api.nvim_create_user_command('Sopro', function(call)
  require('sopro.command').run(call)
end, {
  nargs = '*',
  range = true,
  desc = 'Sopro: code completions, explanations and code from local models',
  complete = function(lead, line, position)
    return require('sopro.command').complete(lead, line, position)
  end,
})

local function key(name, act)
  vim.keymap.set('i', '<Plug>(sopro-' .. name .. ')', function()
    require('sopro.keys')[act]()
  end, { silent = true, desc = 'Sopro: ' .. name:gsub('-', ' ') })
end

-- A proposal of generated code stands in normal mode too.
for _, act in ipairs({ 'accept', 'reject' }) do
  vim.keymap.set({ 'n', 'i' }, '<Plug>(sopro-' .. act .. ')', function()
    require('sopro.keys')[act]()
  end, { silent = true, desc = 'Sopro: ' .. act })
end

key('accept-word', 'accept_word')
key('accept-line', 'accept_line')
key('next', 'next')
key('prev', 'prev')
key('dismiss', 'dismiss')
key('trigger', 'trigger')
vim.keymap.set({ 'n', 'i' }, '<Plug>(sopro-generate)', '<Cmd>Sopro generate<CR>', { desc = 'Sopro: code from the comment' })
vim.keymap.set('n', '<Plug>(sopro-explain)', '<Cmd>Sopro explain<CR>', { desc = 'Sopro: explain this line' })
vim.keymap.set('x', '<Plug>(sopro-explain)', ':Sopro explain<CR>', { silent = true, desc = 'Sopro: explain the selection' })

-- The first file begins everything; later ones are handled by what that loads.
vim.api.nvim_create_autocmd({ 'FileType', 'BufReadPost', 'BufNewFile', 'InsertEnter' }, {
  group = vim.api.nvim_create_augroup('sopro.plugin', {}),
  desc = 'Sopro: begin with the first file',
  callback = function(event)
    if vim.bo[event.buf].buftype == '' then
      vim.api.nvim_del_augroup_by_name('sopro.plugin')
      require('sopro.server').begin()
    end
  end,
})

if vim.v.vim_did_enter == 1 then -- loaded late: there are files already
  require('sopro.server').begin()
end
