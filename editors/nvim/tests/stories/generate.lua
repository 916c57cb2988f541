local code = 'func add(a, b int) int {\n\treturn a + b\n}'
local before = 'package main\n\n// add adds two numbers\n\nfunc main() {\n}'
local asked = before:gsub('numbers', '█numbers')
local after = 'package main\n\n// add adds two numbers\n' .. code .. '\n\nfunc main() {\n}'

---@param s Scene
---@param text? string
---@return Editor
local function at_comment(s, text)
  s:models():chat({ '', '```go\n' .. code .. '\n```\n' })
  return s:open({ text = text or asked })
end

---Waits for a proposal with this hint below it.
---@param e Editor
---@param hint string
---@return string all that is proposed
local function hinted(e, hint)
  return e:eventually('a proposal with ' .. hint, function()
    local proposed = e:proposed()
    return proposed and proposed:find(hint, 1, true) and proposed
  end)
end

---@param e Editor
local function is_gone(e)
  e.same(nil, e:proposed(), 'a proposal')
  for _, mode in ipairs({ 'n', 'i' }) do
    for _, map in ipairs(e:call('nvim_buf_get_keymap', 0, mode)) do
      e.same(nil, (map.desc or ''):match('^Sopro'), 'a map for ' .. map.lhs)
    end
  end
end

return {
  {
    'a proposal stands below its comment, is accepted and undone in one step',
    function(s)
      local e = at_comment(s)
      e:sopro('generate')
      local proposed = hinted(e, '<CR> accepts, <Esc> rejects')
      e.same((code:gsub('\t', '        ')), proposed:match('^(.*)\n[^\n]*$'), 'the proposal')
      e:is(asked)
      e:sees('        return a + b')
      e:type('<CR>')
      e.same(after, e:text(), 'the text')
      e.same({ 4, 0 }, e:call('nvim_win_get_cursor', 0), 'the cursor')
      is_gone(e)
      e:type('u')
      e.same(before, e:text(), 'the text')
    end,
  },
  {
    'it streams while it is written, below the last line of the comment',
    function(s)
      s:models():chat({ '', '```go\n' .. code .. '\n```\n' })
      local e = s:open({ text = '// add adds█\n// two numbers\n\nfunc main() {}', file = 'add.go' })
      s.rig:post('/hold', { after = 14 })
      e:sopro('generate')
      local proposed = hinted(e, 'Sopro is writing')
      e:eventually('some of the code', function()
        proposed = e:proposed()
        return proposed:find('func add', 1, true)
      end)
      e.same(nil, proposed:find('return a + b\n}', 1, true), 'the end of the code')
      e:eventually('the place of the comment', function()
        return e:screen():match('// two numbers\nfunc add')
      end)
      s.rig:post('/release')
      hinted(e, '<CR> accepts')
      e:type(':Sopro accept<CR>')
      e.same('// add adds\n// two numbers\n' .. code .. '\n\nfunc main() {}', e:text(), 'the text')
    end,
  },
  {
    'in insert mode the cursor goes on behind the code, which is undone alone',
    function(s)
      local e = at_comment(s, (before:gsub('numbers', 'numbers█')))
      e:type('A, quickly<Cmd>Sopro generate<CR>')
      hinted(e, '<CR> accepts')
      e:type('<CR>')
      e.same('i', e:call('nvim_get_mode').mode, 'the mode')
      e:is((after:gsub('numbers', 'numbers, quickly'):gsub('b\n}', 'b\n}█')))
      e:type(' // done<Esc>u')
      e.same((after:gsub('numbers', 'numbers, quickly')), e:text(), 'after one undo')
      e:type('u')
      e.same((before:gsub('numbers', 'numbers, quickly')), e:text(), 'after two')
      e:type('u')
      e.same(before, e:text(), 'after three')
    end,
  },
  {
    'it is rejected by a key and by a command, and nothing is left of it',
    function(s)
      local e = at_comment(s)
      for _, keys in ipairs({ '<Esc>', ':Sopro reject<CR>' }) do
        e:sopro('generate')
        hinted(e, '<CR> accepts')
        e:type(keys)
        is_gone(e)
        e:is(asked)
      end
      e:type('A<Cmd>Sopro generate<CR>')
      hinted(e, '<CR> accepts')
      e:type('<Esc>')
      is_gone(e)
      e.same('i', e:call('nvim_get_mode').mode, 'the mode')
    end,
  },
  {
    'keys of the person generate, accept and reject it',
    function(s)
      local e = at_comment(s)
      for lhs, name in pairs({ ['<F5>'] = 'generate', ['<F6>'] = 'accept', ['<F7>'] = 'reject' }) do
        e:lua("local lhs, name = ...; vim.keymap.set('n', lhs, '<Plug>(sopro-' .. name .. ')')", lhs, name)
      end
      e:type('<F5>')
      hinted(e, '<CR> accepts')
      e:type('<F7>')
      is_gone(e)
      e:type('<F5>')
      hinted(e, '<CR> accepts')
      e:type('<F6>')
      e.same(after, e:text(), 'the text')
      is_gone(e)
    end,
  },
  {
    'what is being written is stopped, and the model with it',
    function(s)
      local e = at_comment(s)
      s.rig:post('/hold', { after = 14 })
      e:sopro('generate')
      e:eventually('some of the code', function()
        return (e:proposed() or ''):find('func add', 1, true)
      end)
      e:type('<Esc>')
      is_gone(e)
      e:eventually('the model to be stopped', function()
        local asked_for = s.rig:requests('/api/chat')
        return #asked_for == 1 and asked_for[1].aborted
      end)
    end,
  },
  {
    'keys that had a meaning in the buffer get it back',
    function(s)
      local e = at_comment(s)
      e:lua([[
        vim.keymap.set('n', '<CR>', '<Cmd>let g:pressed = "own"<CR>', { buffer = 0, desc = 'mine', silent = true })
        vim.keymap.set('i', '<Esc>', function() vim.g.pressed = 'callback' end, { buffer = 0 })
        vim.keymap.set({ 'n', 'x', 'o' }, '<Esc>', '<Nop>', { buffer = 0, nowait = true })
      ]])
      local function all()
        return e:lua([[
          local maps = {}
          for _, mode in ipairs({ 'n', 'i', 'x', 'o' }) do
            for _, map in ipairs(vim.api.nvim_buf_get_keymap(0, mode)) do
              local about = { mode, map.lhs, map.rhs or 'callback', map.silent, map.nowait, map.desc or '' }
              table.insert(maps, table.concat(about, ' '))
            end
          end
          table.sort(maps)
          return maps
        ]])
      end
      local own = all()
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      assert(not vim.deep_equal(own, all()), 'the proposal has no keys')
      e:type('<Esc>')
      e.same(own, all(), 'the maps')
      e:type('<CR>')
      e.same('own', e:lua('return vim.g.pressed'), 'what Enter does')
      e:type('a<Esc>')
      e.same('callback', e:lua('return vim.g.pressed'), 'what Escape does')
    end,
  },
  {
    'a change of the text makes it outdated: it is never applied, and asked for anew',
    function(s)
      local e = at_comment(s)
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:type('ggO// Package main adds.<Esc>')
      hinted(e, 'The text has changed since')
      s.rig:post('/forget')
      e:type('<CR>')
      hinted(e, '<CR> accepts, <Esc> rejects')
      e.same(1, #s.rig:requests('/api/chat'), 'questions')
      e:type('<CR>')
      e.same('// Package main adds.\n' .. after, e:text(), 'the text')
    end,
  },
  {
    'a change while it is written stops the model; in insert mode Enter is Enter again',
    function(s)
      local e = at_comment(s)
      s.rig:post('/hold', { after = 14 })
      e:type('A<Cmd>Sopro generate<CR>')
      e:eventually('some of the code', function()
        return (e:proposed() or ''):find('func add', 1, true)
      end)
      e:type('!')
      hinted(e, 'The text has changed since')
      e:type('<CR>x')
      e.same((before:gsub('numbers', 'numbers!\nx')), e:text(), 'the text')
      e:type('<Esc><Esc>')
      is_gone(e)
    end,
  },
  {
    'a reset voids what was streamed',
    function(s)
      s:models():chat({ 'does not parse', '```go\n' .. code .. '\n```\n' }, { '', '```go\nfunc add( {\n```\n' })
      local e = s:open({ text = asked })
      e:sopro('generate')
      local proposed = hinted(e, '<CR> accepts')
      e.same(nil, proposed:find('func add( {', 1, true), 'the voided text')
      e:type('<CR>')
      e.same(after, e:text(), 'the text')
    end,
  },
  {
    'where no comment stands, and where the model fails, one line says so',
    function(s)
      local e = at_comment(s, '█\nfunc main() {\n}')
      e:sopro('generate')
      e:told('there is no comment at or above line 1')
      is_gone(e)
      s.rig:post('/fault', { kind = 'failed', text = 'out of memory', times = -1 })
      e:type('i// add<Esc>')
      e:sopro('generate')
      e:told('out of memory')
      is_gone(e)
    end,
  },
  {
    "lines end as the file has them, and blanks are the file's own",
    function(s)
      s:models():chat({ '', '```js\nfunction add(a, b) {\n  return a + b\n}\n```\n' })
      local e = s:open({ file = 'add.js', text = 'function f() {\r\n  // add█ a and b\r\n  return 1\r\n}', eol = '\r\n' })
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:type('<CR>')
      e:save()
      e.same('dos', e:lua('return vim.bo.fileformat'), 'the file format')
      local written = table.concat(vim.fn.readfile(s.home .. '/work/add.js', 'b'), '\n')
      local want = 'function f() {\n  // add a and b\n  function add(a, b) {\n    return a + b\n  }\n  return 1\n}\n'
      e.same((want:gsub('\n', '\r\n')), written, 'the file')
    end,
  },
  {
    'the proposal at the bottom of the window is scrolled into sight',
    function(s)
      local e = at_comment(s, ('\n'):rep(40) .. '// add adds two █numbers')
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:sees('<CR> accepts, <Esc> rejects')
      e:sees('func add(a, b int) int {')
    end,
  },
}
