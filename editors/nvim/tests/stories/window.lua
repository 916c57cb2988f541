local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'
local twice = '```go\nfunc twice(a int) int {\n\treturn 2 * a\n}\n```\n'

---@param e Editor
---@param hint string
local function hinted(e, hint)
  e:eventually('a proposal with ' .. hint, function()
    return (e:proposed() or ''):find(hint, 1, true)
  end)
end

return {
  {
    'a proposal in a fold is opened; where it is not in sight its keys do what they did',
    function(s)
      s:models():chat({ '', twice })
      local e = s:open({ text = '// twice█\n// doubles\n\nfunc main() {}' .. ('\nx'):rep(200) })
      e:ex('set foldmethod=manual')
      e:ex('1,3fold')
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:sees('<CR> accepts, <Esc> rejects')
      local before = e:text()
      e:type('100G<CR><Esc>')
      e.same({ before, { 101, 0 } }, { e:text(), e:call('nvim_win_get_cursor', 0) }, 'the text and the cursor')
      e:lua([[
        vim.keymap.set('n', '<F2>', '<Cmd>let g:pressed = "global"<CR>')
        require('sopro.generate').reject()
        vim.keymap.set('n', '<CR>', '<F2>', { remap = true })
      ]])
      e:type('gg')
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:type('G<CR>')
      e.same('global', e:lua('return vim.g.pressed'), 'what Enter does')
      e:type('gg<CR>')
      assert(e:text():find('// doubles\nfunc twice(a int) int {\n', 1, true), e:text():sub(1, 200))
    end,
  },
  {
    'in a buffer that cannot be changed nothing is written',
    function(s)
      s:models():chat({ '', twice })
      local e = s:open({ text = '// twice doubles█\n' })
      e:sopro('generate')
      hinted(e, '<CR> accepts')
      e:ex('set nomodifiable')
      e:type('<CR>')
      e:told('this buffer cannot be changed')
      hinted(e, '<CR> accepts')
      e:type('<Esc>')
      e:ex('messages clear')
      e:sopro('generate')
      e:told('this buffer cannot be changed')
      e.same(nil, e:proposed(), 'a proposal')
    end,
  },
  {
    'a window that is scrolled sideways shows the lines of a completion where they will be',
    from = '0.11',
    function(s)
      s:models():fill({ '', 'if x {\n' .. ('\t'):rep(15) .. 'return\n' .. ('\t'):rep(14) .. '}' })
      local e = s:open({
        text = 'package main\n\nfunc add(a, b int) int {\n' .. ('\t'):rep(14) .. '█\n}',
        set = { settings = { completion = { multiline = 'always' } } },
      })
      e:ex('set nowrap')
      e:type('A')
      e:eventually('the ghost', function()
        return e:shown()
      end)
      e:type('<Esc>zsA')
      e:eventually('the ghost', function()
        return e:shown()
      end)
      local lines = vim.split(e:screen(), '\n')
      local first, second
      for i, line in ipairs(lines) do
        local at = line:find('if x {', 1, true)
        if at then
          first, second = at, lines[i + 1]:find('return', 1, true)
        end
      end
      e.same(first and first + 8, second, 'the column of the second line')
    end,
  },
  {
    'an explanation in a split leaves no option behind; a completion ends with its window',
    function(s)
      s:models():chat({ '', 'It adds.' })
      s.rig:fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func, set = { explain = 'split' } })
      e:ex('set number conceallevel=0')
      local function options()
        return e:lua(
          'return { vim.wo.number, vim.wo.conceallevel, vim.wo.winbar, vim.wo.statusline, vim.wo.foldenable, vim.wo.list }'
        )
      end
      local own = options()
      e:sopro('explain')
      e:sees('i asks on')
      e:ex('edit ' .. s:write('b.go', 'package b\n'))
      e.same(own, options(), 'the options of what is opened there')
      e:ex('new')
      e.same(own, options(), 'the options of a new window')
      e:ex('only')
      e:ex('edit ' .. s.home .. '/work/main.go')
      e:ex('vsplit')
      e:type('4ggSre')
      e:ghost('turn a + b')
      e:type('<Cmd>wincmd w<CR>')
      e:no_ghost()
    end,
  },
  {
    'a path with a line break has its lines on the page',
    function(s)
      local e = s:open({ text = func })
      e:lua("require('sopro.page').show('trace', { 'with a\\nb', 'c' })")
      e.same('with a\nb\nc', e:text(), 'the page')
    end,
  },
  {
    'a buffer that is wiped out while it is written takes all with it',
    function(s)
      s:models():chat({ 'Write the code', twice }, { '', ('It adds. '):rep(20) })
      local e = s:open({ text = '// twice doubles█\n' })
      local b = s:write('b.go', 'package b\n\nfunc b() {}\n')
      s.rig:post('/hold', { after = 6 })
      e:sopro('generate')
      e:eventually('some of the code', function()
        return (e:proposed() or ''):find('func', 1, true)
      end)
      e:ex('edit ' .. b)
      e:ex('bwipe! main.go')
      e:sopro('explain')
      e:sees('It adds')
      e:ex('bwipe! b.go')
      s.rig:post('/release')
      e:eventually('the models to be done', function()
        local all = s.rig:requests('/api/chat')
        return #all == 2 and all[1].aborted and (all[2].finished or all[2].aborted)
      end)
    end,
  },
}
