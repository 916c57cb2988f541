local code = 'package main\n\nfunc add(a, b int) int {\n\treturn█ a + b\n}\n\nfunc main() {}'
local answer = '# What it does\n\nIt **adds** two numbers:\n\n```go\nadd(1, 2)\nadd(3, 4)\n```\n'

---@param s Scene
---@param o? Scene.Opening
---@return Editor
local function at_code(s, o)
  s:models():chat({ 'And why', 'Because it *can*.' }, { '', answer })
  return s:open(vim.tbl_extend('force', { text = code }, o or {}))
end

---The lines that a person reads in the window, when it has come to rest.
---@param e Editor
---@param want string
local function reads(e, want)
  local got
  local ok = pcall(e.eventually, e, 'the explanation', function()
    got = e:text()
    return got == want
  end)
  if not ok then
    error(('waited to read %s\nthere is %s\n%s'):format(vim.inspect(want), vim.inspect(got), e:picture()), 0)
  end
end

---What was asked of the model, the newest last.
---@param s Scene
---@return {messages: {role: string, content: string}[]}[]
local function asked(s)
  return vim.tbl_map(function(request)
    return vim.json.decode(request.body)
  end, s.rig:requests('/api/chat'))
end

---Answers what vim.ui.input asks.
---@param e Editor
---@param text string
local function answers(e, text)
  e:lua('local text = ...; vim.ui.input = function(_, done) done(text) end', text)
end

return {
  {
    'without a range the server takes the function; the window shows Markdown and is no file',
    function(s)
      local e = at_code(s)
      e:sopro('explain')
      reads(e, answer)
      e:sees('Sopro explains main.go:3-5')
      e:sees('i asks on, Y copies code, q closes')
      e.same(
        { 'nofile', '', false, false, false },
        e:lua([[
        return { vim.bo.buftype, vim.bo.filetype, vim.bo.modifiable, vim.bo.modeline, vim.bo.swapfile }
      ]]),
        'the buffer'
      )
      e.same(true, e:lua('return vim.treesitter.highlighter.active[vim.api.nvim_get_current_buf()] ~= nil'), 'highlighted')
      local shown = asked(s)[1].messages
      assert(shown[#shown].content:find('func add(a, b int) int {', 1, true), 'the function was not sent')
      e:type('q')
      e.same(1, #e:call('nvim_list_wins'), 'windows')
      e.same((code:gsub('█', '')), e:text(), 'the text')
    end,
  },
  {
    'a selection of characters is explained as it was made',
    function(s)
      local e = at_code(s, { text = 'package main\n\nvar 名前 = "█日本" + "x"' })
      e:type('vl:Sopro explain And why<CR>')
      reads(e, '> And why\n\nBecause it *can*.')
      local message = asked(s)[1].messages
      assert(message[#message].content:find('日本', 1, true), message[#message].content)
      assert(
        not message[#message].content:find('```go\nvar 名前 = "日本" + "x"\n```\n\nAnd', 1, true),
        message[#message].content
      )
    end,
  },
  {
    'it is asked on, with what was said before',
    function(s)
      local e = at_code(s)
      e:type('V:Sopro explain<CR>')
      reads(e, answer)
      answers(e, 'And why?')
      e:type('i')
      reads(e, answer .. '\n\n---\n\n> And why?\n\nBecause it *can*.')
      local messages = asked(s)[2].messages
      local said = vim.tbl_map(function(message)
        return message.content
      end, messages)
      assert(
        vim.tbl_contains(said, vim.trim(answer)) or vim.tbl_contains(said, answer),
        'the first answer was not sent: ' .. vim.inspect(said)
      )
      assert(said[#said]:find('And why?', 1, true), 'the question was not sent')
      answers(e, 'And why not?')
      e:type('<CR>')
      e:eventually('the third answer', function()
        return e:text():find('> And why not?\n\nBecause it *can*.', 1, true)
      end)
    end,
  },
  {
    'it streams; q closes it and stops the model',
    function(s)
      local e = at_code(s)
      s.rig:post('/hold', { after = 6 })
      e:sopro('explain')
      e:sees('What it does')
      e:sees('<C-c> stops, q closes')
      e:type('q')
      e.same(1, #e:call('nvim_list_wins'), 'windows')
      e:eventually('the model to be stopped', function()
        local requests = s.rig:requests('/api/chat')
        return requests[1] and requests[1].aborted
      end)
      s.rig:post('/release')
    end,
  },
  {
    'an answer is stopped and can be asked on',
    function(s)
      local e = at_code(s)
      s.rig:post('/hold', { after = 6 })
      e:sopro('explain')
      e:sees('What it does')
      e:type('<C-c>')
      e:sees('(cancelled)')
      s.rig:post('/release')
      answers(e, 'And why?')
      e:type('i')
      e:eventually('an answer', function()
        return e:text():find('Because it *can*.', 1, true)
      end)
    end,
  },
  {
    'it stands in a split where that is set, and grows with the text where it floats',
    function(s)
      local e = at_code(s)
      for _, layout in ipairs({ 'split', 'vsplit', 'float' }) do
        e:lua("vim.g.sopro = vim.tbl_extend('force', vim.g.sopro, { explain = ... })", layout)
        e:sopro('explain')
        reads(e, answer)
        local config = e:call('nvim_win_get_config', 0)
        e.same(layout == 'float', config.relative == 'editor', 'a float')
        if layout == 'float' then
          e.same(true, config.height >= 7 and config.width >= 24, 'the size: ' .. config.width .. 'x' .. config.height)
          e:ex('set columns=20 lines=8')
          e:eventually('the float to fit', function()
            return e:call('nvim_win_get_width', 0) <= 18 and e:call('nvim_win_get_height', 0) <= 6
          end)
          e:ex('set columns=100 lines=30')
        else
          e:sees('Sopro explains main.go')
          e.same(layout == 'vsplit', e:lua("return vim.fn.winlayout()[1] == 'row'"), 'beside the code')
        end
        e:type('q')
        e.same(1, #e:call('nvim_list_wins'), 'windows')
      end
    end,
  },
  {
    'whoever reads further up is left there while it is written',
    function(s)
      s:models():chat({ '', ('A line of the answer.\n\n'):rep(60) })
      local e = s:open({ text = code })
      s.rig:post('/hold', { after = 300 })
      e:sopro('explain')
      e:eventually('much of the answer', function()
        return e:call('nvim_buf_line_count', 0) > 40
      end)
      e.same(e:call('nvim_buf_line_count', 0), e:call('nvim_win_get_cursor', 0)[1], 'the cursor at the end')
      e:type('gg')
      s.rig:post('/release')
      e:sees('i asks on')
      e.same({ 1, 0 }, e:call('nvim_win_get_cursor', 0), 'the cursor')
    end,
  },
  {
    'the code of it is copied',
    function(s)
      local e = at_code(s)
      e:sopro('explain')
      reads(e, answer)
      e:type('ggY')
      e.same('add(1, 2)\nadd(3, 4)\n', e:call('nvim_call_function', 'getreg', { '"' }), 'the register')
    end,
  },
  {
    'what a model says does nothing: no window but one, no file type, no request, no shell',
    function(s)
      local e = at_code(s)
      local payloads = s.rig:get('/payloads?kind=markdown')
      assert(#payloads > 0, 'there are no payloads')
      e:lua([[
        _G.reached = {}
        for _, name in ipairs({ 'system', 'spawn' }) do
          local real = name == 'system' and vim.system or vim.uv.spawn
          local function watched(...) table.insert(_G.reached, name); return real(...) end
          if name == 'system' then vim.system = watched else vim.uv.spawn = watched end
        end
        vim.ui.open = function() table.insert(_G.reached, 'open') end
        vim.api.nvim_create_autocmd({ 'FileType', 'BufReadCmd', 'ShellCmdPost', 'BufNewFile' }, { callback = function(event)
          table.insert(_G.reached, event.event)
        end })
      ]])
      local rules = {}
      for i, payload in ipairs(payloads) do
        rules[i] = { when = ('Say number %d\\.'):format(i), payload = payload.name }
      end
      s.rig:post('/chat', { rules = rules })
      for i, payload in ipairs(payloads) do
        e:sopro(('explain Say number %d.'):format(i))
        e:eventually('the answer to ' .. payload.name, function()
          return e:lua([[
            local footer = vim.api.nvim_win_get_config(0).footer
            return footer and footer[1][1]:find('i asks on', 1, true) or vim.fn.execute('messages'):find('Sopro: ', 1, true)
          ]])
        end)
        local shown = e:text()
        assert(not shown:find('[%z\1-\8\11-\31\127]'), payload.name .. ': control characters')
        assert(#e:call('nvim_list_wins') <= 2, payload.name .. ': more windows')
        e:type('gg')
        if #e:call('nvim_list_wins') == 2 then
          e:type('q')
        end
        e:ex('messages clear')
      end
      e.same({}, e:lua('return _G.reached'), 'what was reached')
      s:say('%d payloads', #payloads)
    end,
  },
  {
    'plugins that watch for Markdown find none',
    function(s)
      local e = at_code(s)
      e:lua([[
        vim.api.nvim_create_autocmd('FileType', { pattern = 'markdown', callback = function()
          vim.bo.modifiable = true
          error('a plugin that breaks')
        end })
      ]])
      e:sopro('explain')
      reads(e, answer)
    end,
  },
  {
    'where the model fails one line says so, and no window stays',
    function(s)
      local e = at_code(s)
      s.rig:post('/fault', { kind = 'missing', times = -1 })
      e:sopro('explain')
      e:told('Sopro: ')
      e:eventually('the window to be gone', function()
        return #e:call('nvim_list_wins') == 1
      end)
    end,
  },
  {
    'in Portuguese where the editor is',
    function(s)
      local e = at_code(s, { env = { LANG = 'pt_BR.UTF-8', LC_ALL = 'pt_BR.UTF-8' } })
      e:sopro('explain')
      reads(e, answer)
      local messages = asked(s)[1].messages
      local all = vim.inspect(messages)
      assert(all:find('Portuguese', 1, true) or all:find('pt%-BR') or all:find('pt_BR', 1, true), all)
    end,
  },
}
