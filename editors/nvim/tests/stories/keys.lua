local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---@param body string
local function with(body)
  return (func:gsub('█', (body:gsub('%%', '%%%%'))))
end

---@param s Scene
---@param o? Scene.Opening
---@return Editor
local function returning(s, o)
  s:models():fill({ '\tre$', 'turn a + b' })
  local e = s:insert(func, o)
  e:type('re')
  e:ghost('turn a + b')
  return e
end

return {
  {
    'Ctrl-C and Insert end the completion too, and no key takes it then',
    function(s)
      local e = returning(s)
      e:lua("vim.keymap.set('n', '<Tab>', '<Plug>(sopro-accept)')")
      e:type('<C-c>')
      e:no_ghost()
      e:type('j$k$<Tab>')
      e.same((with('re')), e:text(), 'the text')
      e:type('A<M-Bslash>')
      e:ghost('turn a + b')
      e:type('<Insert>')
      e:no_ghost()
      e:type('<Tab>')
      e.same((with('re')), e:text(), 'the text')
    end,
  },
  {
    'right of the end of a line there is no completion',
    function(s)
      local e = returning(s)
      e:ex('set virtualedit=all')
      e:type('<Right>')
      e:no_ghost()
      e:type('<Tab>')
      e.same((with('re')), e:text(), 'the text')
    end,
  },
  {
    'text right of the cursor is replaced',
    function(s)
      s:models():fill({ 'sum\\($', 'a, b) {' })
      local e = s:insert(func)
      e:type('if sum()<Left>')
      e:ghost('a, b) {')
      e:sees('        if sum(a, b) {')
      e:type('<Tab>')
      e:is(with('if sum(a, b) {█'))
    end,
  },
  {
    'what was typed of it comes back without the server, also of an answer that went on with it',
    function(s)
      local e = returning(s)
      s.rig:fill({ '\tret$', 'urn a + b' }, { '\tre$', 'turn a + b' })
      local server = e:servers()[1]
      e:lua([[
        _G.answers = 0
        local request = require('sopro.client').call
        require('sopro.client').call = function(client, method, name, params, handler, ...)
          local function counted(...)
            if name == 'textDocument/inlineCompletion' then _G.answers = _G.answers + 1 end
            return handler(...)
          end
          return request(client, method, name, params, type(handler) == 'function' and counted or handler, ...)
        end
      ]])
      e:type('t')
      e:eventually('the answer', function()
        return e:lua('return _G.answers') == 1
      end)
      e:ghost('urn a + b')
      vim.uv.kill(server, 'sigstop')
      e:type('<BS>')
      local shown = e:shown()
      vim.uv.kill(server, 'sigcont')
      e.same('turn a + b', shown, 'the ghost')
    end,
  },
  {
    'a macro neither records nor plays completions',
    function(s)
      local e = returning(s)
      e:type('<Esc>ccx<Esc>qaccre<Esc>q')
      e:no_ghost()
      e.same('ccre\27', e:call('nvim_call_function', 'getreg', { 'a' }), 'the macro')
      e:type('cc<Esc>@a')
      e.same((with('re'):gsub('\tre', 're')), (e:text():gsub('\tre', 're')), 'the text')
      e:no_ghost()
    end,
  },
  {
    'a dot repeats what was typed and taken',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      e:type('Sre')
      e:ghost('turn a + b')
      e:type('<Tab><Esc>')
      e.same((with('return a + b')), e:text(), 'the text')
      e:type('o<Esc>.')
      e:type('<Esc>')
      local typed = e:text()
      assert(typed:find('return a + b', 1, true), typed)
    end,
  },
  {
    'the accepting key does what it did before where there is nothing to accept',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func, { before = [[ vim.keymap.set('i', '<C-y>', 'old') ]] })
      e:lua([[ require('sopro').map('<C-y>') ]])
      e:type('<C-y><BS><BS><BS>re')
      e:ghost('turn a + b')
      e:type('<C-y>')
      e:is(with('return a + b█'))
      e:type('<C-y>')
      e:is(with('return a + bold█'))
    end,
  },
  {
    'a key with an old meaning has it each time, however fast it is pressed',
    function(s)
      local e = s:insert(func, {
        before = [[
          vim.keymap.set('i', '<Tab>', 'T')
          vim.keymap.set('i', '<C-e>', 'E<C-e>', { remap = true })
        ]],
      })
      e:lua("vim.keymap.set('i', '<C-y>', 'Y', { buffer = 0 }) require('sopro').map('<C-y>')") -- which the buffer's goes before
      e:lua("require('sopro').map('<Tab>') require('sopro').map('<C-e>') require('sopro').map('<Tab>', 'accept-word')")
      e:type('<Tab><Tab><Tab>')
      e:is(with('TTT█'))
      e:type('<C-e><C-e>') -- which itself copies what stands below: nothing and a brace
      e:is(with('TTTEE█'))
      e.same(
        'Sopro: accept a word, or what the key did before',
        e:call('nvim_call_function', 'maparg', { '<Tab>', 'i', false, true }).desc,
        'what the map says'
      )
    end,
  },
  {
    "the Tab of Neovim's snippets goes on to jump",
    from = '0.11',
    function(s)
      local e = s:insert(func, { before = "vim.keymap.del('i', '<Tab>')" })
      e:lua([[
        vim.keymap.set({ 'i', 's' }, '<Tab>', function()
          return vim.snippet.active({ direction = 1 }) and '<Cmd>lua vim.snippet.jump(1)<CR>' or '<Tab>'
        end, { expr = true })
        require('sopro').map('<Tab>')
        vim.snippet.expand('for ${1:a} do ${2:b} end')
      ]])
      e:type('x<Tab>')
      e:eventually('the next stop', function()
        return e:call('nvim_get_mode').mode == 's'
      end)
      e:type('y')
      e.same((with('for x do y end')), e:text(), 'the text')
    end,
  },
}
