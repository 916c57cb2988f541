local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---The function with something in its body.
---@param body string
local function with(body)
  return (func:gsub('█', (body:gsub('%%', '%%%%'))))
end

---Types the beginning of a return statement, for which there is a completion.
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

---@param s Scene
---@return Editor
local function looping(s)
  s:models():fill({ '\tfor$', ' i := range a {\n\t\tb += i\n\t}' })
  local e = s:insert(func)
  e:type('for')
  e:ghost(' i := range a {\n                b += i\n        }')
  return e
end

---Keeps from now on what each screen shows in the line of the cursor, completion included.
---@param e Editor
local function film(e)
  e:lua([[
    _G.screens = {}
    local ns = vim.api.nvim_get_namespaces().sopro
    vim.api.nvim_set_decoration_provider(vim.api.nvim_create_namespace('camera'), { on_end = function()
      local mark = vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })[1]
      local line, col = vim.api.nvim_get_current_line(), mark and mark[3] or 0
      table.insert(_G.screens, line:sub(1, col) .. (mark and mark[4].virt_text[1][1] or '') .. line:sub(col + 1))
    end })
  ]])
end

---All screens since then showed this.
---@param e Editor
---@param want string
---@return integer screens
local function filmed(e, want)
  local screens = e:lua('return _G.screens')
  for _, screen in ipairs(screens) do
    e.same(want, screen, 'a screen')
  end
  return #screens
end

-- What indentation, width and line ends a completion meets: the text, what is typed, what the model fills in, what is seen, the text after.
local texts = {
  {
    'tabs are as wide as in the buffer, and go in as tabs',
    text = 'func f() {\n\tif ok {\n\t█',
    keys = 'x',
    fill = '\t:= 1',
    ghost = '       := 1',
    after = 'func f() {\n\tif ok {\n\tx\t:= 1█',
  },
  {
    'expandtab has no say in what is accepted',
    text = 'func f() {\n\t█\n}',
    keys = 'if',
    options = 'set expandtab shiftwidth=2 smartindent cindent',
    fill = ' ok {\n\t\treturn\n\t}',
    ghost = ' ok {\n                return\n        }',
    after = 'func f() {\n\tif ok {\n\t\treturn\n\t}█\n}',
  },
  {
    'wide characters before and in the completion',
    text = 'var 名前 = "日本█"',
    keys = '語',
    fill = 'と中文',
    ghost = 'と中文',
    after = 'var 名前 = "日本語と中文█"',
  },
  {
    'combining characters and emoji',
    text = 'var s = "e\204\129 👩‍👩‍👧█"',
    keys = ' ',
    fill = 'ne\204\129e 🎉',
    ghost = 'ne\204\129e 🎉',
    after = 'var s = "e\204\129 👩‍👩‍👧 ne\204\129e 🎉█"',
  },
  {
    'a closing bracket right of the cursor stays where it is',
    text = 'package main\n\nfunc f() {\n\tprintln(█)\n}',
    keys = 'a',
    fill = ', b)',
    ghost = ', b',
    after = 'package main\n\nfunc f() {\n\tprintln(a, b█)\n}',
  },
  {
    'lines that end in CR LF',
    text = 'package main\r\n\r\nfunc f() {\r\n\t█\r\n}',
    eol = '\r\n',
    keys = 'if',
    fill = ' ok {\n\t\treturn\n\t}',
    ghost = ' ok {\n                return\n        }',
    after = 'package main\n\nfunc f() {\n\tif ok {\n\t\treturn\n\t}█\n}',
    file = 'package main\r\n\r\nfunc f() {\r\n\tif ok {\r\n\t\treturn\r\n\t}\r\n}\r\n',
  },
}

local stories = {
  {
    'it is shown at the cursor and is not in the text',
    function(s)
      local e = returning(s)
      e:is(with('re█'))
      e:sees('        return a + b')
      e.same(
        'SoproGhost',
        e:lua([[
        local ns = vim.api.nvim_get_namespaces().sopro
        return vim.api.nvim_buf_get_extmarks(0, ns, 0, -1, { details = true })[1][4].virt_text[1][2]
      ]]),
        'the highlight'
      )
    end,
  },
  {
    'it is taken whole, and undone alone in one step',
    function(s)
      local e = returning(s)
      e:type('<Tab>')
      e:is(with('return a + b█'))
      e:no_ghost()
      e:type('<Esc>u')
      e.same((with('re')), e:text(), 'after one undo')
      e:type('u')
      e.same((with('')), e:text(), 'after two')
    end,
  },
  {
    'it is taken word by word',
    function(s)
      local e = returning(s)
      film(e)
      for _, step in ipairs({
        { 'return█', ' a + b' },
        { 'return a█', ' + b' },
        { 'return a +█', ' b' },
        { 'return a + b█' },
      }) do
        e:type('<C-l>')
        e:is(with(step[1]))
        e.same(step[2], e:shown(), 'the ghost')
      end
      assert(filmed(e, '\treturn a + b') >= 4, 'no screens were seen')
    end,
  },
  {
    'it is taken line by line',
    function(s)
      local e = looping(s)
      e:type('<C-j>')
      e:is(with('for i := range a {█'))
      e:type('<C-j>')
      e:is(with('for i := range a {\n\t\tb += i█'))
      e:ghost('\n        }')
      e:type('<C-j>')
      e:is(with('for i := range a {\n\t\tb += i\n\t}█'))
    end,
  },
  {
    'several lines are taken at once, and undone in one step',
    function(s)
      local e = looping(s)
      e:sees('                b += i')
      e:type('<Tab>')
      e:is(with('for i := range a {\n\t\tb += i\n\t}█'))
      e:type('<Esc>u')
      e.same((with('for')), e:text(), 'after one undo')
    end,
  },
  {
    'next and previous keep what is shown where there is nothing else',
    function(s)
      local e = returning(s)
      for _, key in ipairs({ '<M-]>', '<M-[>' }) do
        e:type(key)
        e:ghost('turn a + b')
      end
      e:type('<Tab>')
      e:is(with('return a + b█'))
    end,
  },
  {
    'next asks for other suggestions and shows them in turn, previous goes back, and the one that is shown is taken',
    function(s)
      s:models()
      s.rig:post('/fill', {
        rules = { { when = '\tre$', text = 'turn a + b', others = { 'turn b + a', 'turn 2 * a' } } },
      })
      local e = s:insert(func)
      e:type('re')
      e:ghost('turn a + b')
      local seen = { ['turn a + b'] = true }
      for _ = 1, 2 do
        e:type('<M-]>')
        e:eventually('another one', function()
          return not seen[e:shown()]
        end)
        seen[e:shown()] = true
      end
      e.same(3, vim.tbl_count(seen), 'suggestions')
      local last = e:shown()
      e:type('<M-]>')
      e:ghost('turn a + b')
      e:type('<M-[>')
      e:ghost(last)
      e:type('<Tab>')
      e:is(with('re' .. last .. '█'))
      e:type('<Esc>u')
      e.same((with('re')), e:text(), 'after one undo')
    end,
  },
  {
    'it is dismissed, does not come back by itself, and is there again when it is asked for',
    function(s)
      local e = returning(s)
      e:type('<C-]>')
      e:no_ghost()
      e:is(with('re█'))
      e:type('<M-Bslash>')
      e:ghost('turn a + b')
    end,
  },
  {
    'typing what it says never takes it off the screen',
    function(s)
      local e = returning(s)
      s.rig:post('/hold', { after = 0 })
      film(e)
      local rest = 'turn a + b'
      while #rest > 1 do
        e:type(rest:sub(1, 1) == ' ' and '<Space>' or rest:sub(1, 1))
        rest = rest:sub(2)
        e:ghost(rest)
      end
      assert(filmed(e, '\treturn a + b') >= 9, 'no screens were seen')
      s.rig:post('/release')
      e:type('<Tab>')
      e:is(with('return a + b█'))
    end,
  },
  {
    'backspace brings back what was typed of it',
    function(s)
      local e = returning(s)
      s.rig:post('/hold', { after = 0 })
      e:type('tu')
      e:ghost('rn a + b')
      e:type('<BS>')
      e:ghost('urn a + b')
      e:type('<BS>')
      e:ghost('turn a + b')
    end,
  },
  {
    'typing something else hides it at once',
    function(s)
      local e = returning(s)
      e:type('x')
      e:no_ghost()
    end,
  },
  {
    'an answer that comes too late is dropped: after another key, and after insert mode',
    function(s)
      for _, key in ipairs({ 'x', '<Left>', '<Esc>' }) do
        s:models():fill({ '\tre$', 'turn a + b' })
        local e = s:insert(func)
        s.rig:post('/hold', { after = 0 })
        e:type('re')
        e:eventually('a question', function()
          return #s.rig:requests('/api/generate') > 0
        end)
        e:type(key)
        s.rig:post('/release')
        e:eventually('the answer', function()
          local request = s.rig:requests('/api/generate')[1]
          return request.finished or request.aborted
        end)
        e:type('<Esc>')
        e:sopro('status') -- what is answered after this question was sent after that answer
        e:told('completions by the model engine')
        e:no_ghost()
        s.rig:close()
      end
    end,
  },
  {
    'it ends with insert mode',
    function(s)
      local e = returning(s)
      e:type('<Esc>')
      e:no_ghost()
    end,
  },
  {
    "it hides while Neovim's own completion menu is open",
    function(s)
      s:models():fill({ '\tad$', 'd(1, 2)' })
      local e = s:insert(func)
      e:ex('set completeopt=menuone,noinsert')
      e:type('ad')
      e:ghost('d(1, 2)')
      e:type('<C-n>')
      e.same(1, e:call('nvim_call_function', 'pumvisible', {}), 'the menu')
      e:eventually('the ghost to be hidden', function()
        return not e:shown()
      end)
      e:type('<C-e>')
      e:ghost('d(1, 2)')
    end,
  },
  {
    "it hides while nvim-cmp's menu is open",
    function(s)
      local e = returning(s, {
        before = [[
          local listeners, open = {}, false
          package.loaded.cmp = {
            visible = function() return open end,
            event = { on = function(_, name, callback) listeners[name] = callback end },
          }
          _G.menu = function(is) open = is; listeners[is and 'menu_opened' or 'menu_closed']({}) end
        ]],
      })
      e:lua('_G.menu(true)')
      e:eventually('the ghost to be hidden', function()
        return not e:shown()
      end)
      e:lua('_G.menu(false)')
      e:ghost('turn a + b')
    end,
  },
  {
    "it hides while blink.cmp's menu is open",
    function(s)
      local e = returning(s, {
        before = [[
          local open = false
          package.loaded['blink.cmp'] = { is_visible = function() return open end, is_menu_visible = function() return open end }
          _G.menu = function(is)
            open = is
            vim.api.nvim_exec_autocmds('User', { pattern = is and 'BlinkCmpMenuOpen' or 'BlinkCmpMenuClose', modeline = false })
          end
        ]],
      })
      e:lua('_G.menu(true)')
      e:eventually('the ghost to be hidden', function()
        return not e:shown()
      end)
      e:lua('_G.menu(false)')
      e:ghost('turn a + b')
    end,
  },
  {
    'a file of 12,000 lines',
    function(s)
      local lines = {}
      for i = 1, 12000 do
        lines[i] = ('var v%d = %d'):format(i, i)
      end
      lines[6000] = 'var w█'
      s:models():fill({ 'var wi$', 'dth = 80' })
      local e = s:insert(table.concat(lines, '\n'))
      e:type('i')
      e:ghost('dth = 80')
      e:type('<Tab>')
      e.same('var width = 80', e:call('nvim_get_current_line'), 'the line')
    end,
  },
}

for _, case in ipairs(texts) do
  stories[#stories + 1] = {
    case[1],
    function(s)
      s:models():fill({ case.keys .. '$', case.fill })
      local e = s:insert(case.text, { eol = case.eol })
      if case.options then
        e:ex(case.options)
      end
      e:type(case.keys)
      e:ghost(case.ghost)
      e:type('<Tab>')
      e:is(case.after)
      if case.file then
        e:save()
        e.same(case.file, table.concat(vim.fn.readfile(s.home .. '/work/main.go', 'b'), '\n'), 'the file')
      end
    end,
  }
end

return stories
