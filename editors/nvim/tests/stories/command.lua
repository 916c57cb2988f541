local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---Chooses in vim.ui.select by the beginnings of what is to be chosen; what was offered is kept.
---@param e Editor
---@param ... string
local function chooses(e, ...)
  e:lua(
    [[
      local wanted = { ... }
      _G.offered = {}
      vim.ui.select = function(items, options, done)
        local shown = vim.tbl_map(options.format_item or tostring, items)
        table.insert(_G.offered, { prompt = options.prompt, items = shown })
        local beginning = table.remove(wanted, 1)
        for i, item in ipairs(shown) do
          if beginning and vim.startswith(item, beginning) then
            return done(items[i], i)
          end
        end
        done(nil)
      end
    ]],
    ...
  )
end

---@param e Editor
---@return {prompt: string, items: string[]}[]
local function offered(e)
  return e:lua('return _G.offered')
end

---@param s Scene
---@return Editor
local function without_models(s)
  s:models('sim', '--empty')
  s.rig:post('/library', { models = { { name = 'qwen2.5-coder:1.5b-base', bytes = 986000000, hold = true } } })
  local e = s:open({ text = func, waits = false, before = 'vim.o.columns = 80 vim.o.lines = 24' })
  e:eventually('the status', function()
    return e:lua([[
      local status = require('sopro.client').status()
      return status ~= nil and status.kind == 'builtin'
    ]])
  end)
  return e
end

return {
  {
    'subcommands and their arguments are completed',
    function(s)
      local e = s:open({ before = 'vim.o.columns = 250' })
      for line, want in pairs({
        ['Sopro '] = 'accept cancel doctor explain generate log models pull reject restart start status stop toggle trace',
        ['Sopro st'] = 'start status stop',
        ['Sopro toggle '] = 'all language workspace',
        ["'<,'>Sopro ex"] = 'explain',
        ['Sopro status '] = '',
      }) do
        e.same(want, table.concat(e:call('nvim_call_function', 'getcompletion', { line, 'cmdline' }), ' '), line)
      end
      e:sopro('nonsense')
      e:told('there is no ":Sopro nonsense", but accept, cancel')
      e:sopro('accept')
      e:told('nothing is proposed here')
    end,
  },
  {
    'status tells the model, the server and what was done',
    function(s)
      local e = s:open({ text = func })
      e:sopro('status')
      e:told('completions by the model engine: qwen2.5%-coder:1.5b%-base')
      e:told('explanations and code by qwen2.5%-coder:7b')
      e:told('model server ' .. vim.pesc(s.rig.url) .. ' 0.17.4')
      e:eventually('the model to be loaded', function()
        return e:lua("return require('sopro').statusline()") == 'sopro ✓ qwen2.5-coder'
      end)
    end,
  },
  {
    'toggle switches completions off and on, for all, a language, a workspace',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func)
      for _, scope in ipairs({ '', ' language', ' workspace' }) do
        e:type('<Esc>')
        e:sopro('toggle' .. scope)
        e:told('switched off')
        e:type('Sre')
        e:no_ghost()
        e:type('<Esc>')
        e:sopro('toggle' .. scope)
        e:told('switched on')
        e:type('Sre')
        e:ghost('turn a + b')
        e:ex('messages clear')
      end
    end,
  },
  {
    'what is switched off stays off in the next session, and what is on again is forgotten',
    function(s)
      local file = s.home .. '/state/nvim/sopro/switches.json'
      s:write('.git/HEAD', '')
      ---@param toggle string
      ---@param said string
      local function session(toggle, said)
        local e = s:open({ text = func, waits = false })
        e:eventually('the status', function()
          return e:lua("return require('sopro.client').status() ~= nil")
        end)
        e:sopro('toggle ' .. toggle)
        e:told('switched ' .. said)
        e:close()
      end
      session('language', 'off')
      local kept = table.concat(vim.fn.readfile(file), '\n')
      assert(vim.deep_equal({ languages = { go = false } }, vim.json.decode(kept)), kept)
      local e = s:open({ text = func, waits = false })
      e:eventually('the statusline', function()
        return e:lua("return require('sopro').statusline()") == 'sopro ○ off'
      end)
      e:ex('checkhealth sopro')
      e:eventually('the health', function()
        return e:text():find('off in go', 1, true)
      end)
      e:close()
      session('language', 'on')
      assert(not vim.uv.fs_stat(file), 'the file is still there')
      session('all', 'off')
      session('workspace', 'on')
      session('all', 'off') -- it is judged by this workspace, which was on
      session('all', 'on')
      assert(not vim.uv.fs_stat(file), 'the file is still there')
    end,
  },
  {
    'a broken file of switches is passed over',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      for _, text in ipairs({ '', 'null', '{', '[1]', '{"languages":7,"everywhere":"no","workspaces":{"x":1}}', '\0' }) do
        s:write('../state/nvim/sopro/switches.json', text)
        local e = s:insert(func)
        e:type('re')
        e:ghost('turn a + b')
        e:close()
      end
    end,
  },
  {
    'the statusline says what is switched off',
    function(s)
      local e = s:open({ text = func })
      e:sopro('toggle')
      e:eventually('the statusline', function()
        return e:lua("return require('sopro').statusline()") == 'sopro ○ off'
      end)
    end,
  },
  {
    'the trace shows exactly what was sent',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func)
      e:type('re')
      e:ghost('turn a + b')
      e:type('<Esc>')
      e:sopro('trace')
      e:eventually('the trace', function()
        return e:text():find('POST /api/generate', 1, true)
      end)
      local shown = e:text()
      local sent = vim.json.decode(s.rig:requests('/api/generate')[1].body)
      for _, line in ipairs(vim.split(sent.prompt, '\n')) do
        assert(shown:find(line, 1, true), 'not in the trace: ' .. line)
      end
      assert(shown:find('model: ' .. sent.model, 1, true), shown)
      e.same({ 'nofile', false }, e:lua('return { vim.bo.buftype, vim.bo.modifiable }'), 'the page')
      e:type('q')
      e.same(1, #e:call('nvim_list_wins'), 'windows')
    end,
  },
  {
    'the trace says which lines of other places were shown, and why',
    function(s)
      local e = s:open({ text = func })
      local shown = e:lua([[return require('sopro.trace').lines({ {
        id = 1, at = 'now', method = 'POST', path = '/api/generate', status = 200, ms = 1, body = vim.NIL,
        snippets = {
          { source = 'declaration', path = 'pay.go', lines = { { 3, 7 }, { 12, 12 } }, tokens = 40, why = 'declares pay' },
          { source = 'diagnostic', path = 'a.go', lines = {}, tokens = 4, why = 'said of the line' },
        },
      } })]])
      e.same({
        'with 40 tokens of pay.go:3-7,12 (declaration: declares pay)',
        'with 4 tokens of a.go (diagnostic: said of the line)',
      }, { shown[4], shown[5] }, 'the snippets')
    end,
  },
  {
    'models are listed; one is chosen, and asked at once',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      chooses(e, 'qwen2.5-coder:7b', 'Use it for completion')
      e:sopro('models')
      e:told('qwen2.5%-coder:7b is used for completion until Neovim ends')
      e.same(2, #offered(e)[1].items, 'models')
      e:eventually('the status', function()
        return e:lua("return require('sopro.client').status().model") == 'qwen2.5-coder:7b'
      end)
      e:type('Sre')
      e:ghost('turn a + b')
      local requests = s.rig:requests('/api/generate')
      e.same('qwen2.5-coder:7b', vim.json.decode(requests[#requests].body).model, 'the model that was asked')
    end,
  },
  {
    'a model is shown, and removed when it was agreed to',
    function(s)
      local e = s:open({ text = func })
      chooses(e, 'qwen2.5-coder:7b', 'Show')
      e:sopro('models')
      e:eventually('the page', function()
        return e:text():find('name: qwen2.5-coder:7b', 1, true)
      end)
      e:type('q')
      chooses(e, 'qwen2.5-coder:7b', 'Remove', 'Cancel')
      e:sopro('models')
      e:told('was not removed: nobody agreed to it')
      chooses(e, 'qwen2.5-coder:7b', 'Remove', 'Remove')
      e:sopro('models')
      e:told('qwen2.5%-coder:7b was removed')
      assert(offered(e)[3].prompt:find('Remove the model qwen2.5-coder:7b', 1, true), offered(e)[3].prompt)
    end,
  },
  {
    'a model is pulled after its exact name was agreed to; bytes are told, and it goes on after a stop',
    function(s)
      local e = without_models(s)
      chooses(e, 'Download')
      e:sopro('pull qwen2.5-coder:1.5b-base')
      e:eventually('bytes', function()
        return e:screen():find('MB of 986 MB, qwen2.5-coder:1.5b-base', 1, true)
      end)
      assert(offered(e)[1].prompt:find('the model qwen2.5-coder:1.5b-base from', 1, true), offered(e)[1].prompt)
      e:sopro('cancel')
      e:told('was stopped; pulled again it goes on')
      e:eventually('the download to end', function()
        return s.rig:requests('/api/pull')[1].aborted
      end)
      chooses(e, 'Download')
      e:sopro('pull qwen2.5-coder:1.5b-base')
      e:eventually('the second download', function()
        return #s.rig:requests('/api/pull') == 2
      end)
      s.rig:post('/release')
      e:ready()
      e:told('qwen2.5%-coder:1.5b%-base is installed and used for completion')
    end,
  },
  {
    'nothing is pulled by a name that is refused, or that nobody agreed to',
    function(s)
      local e = without_models(s)
      for _, name in ipairs({ 'qwen2.5-cоder', 'host:99/x', 'a b', '../x', 'x;y' }) do
        chooses(e, 'Download')
        e:sopro('pull ' .. name)
        e:told('Sopro: ')
        e.same({}, offered(e), 'questions for ' .. name)
        e:ex('messages clear')
      end
      e:sopro('pull')
      e:told('pull needs the name of a model')
      e:ex('messages clear')
      chooses(e, 'Cancel')
      e:sopro('pull qwen2.5-coder:1.5b-base')
      e:told('was not pulled: nobody agreed to it')
      e.same({}, s.rig:requests('/api/pull'), 'downloads')
    end,
  },
  {
    'the doctor reports on a page',
    function(s)
      local e = s:open({ text = func })
      e:sopro('doctor')
      e:eventually('the report', function()
        return e:lua('return vim.fn.bufname()') == 'sopro://doctor' and e:text():find(s.rig.url, 1, true)
      end)
    end,
  },
  {
    'the log opens on a page, and is no file of the server',
    function(s)
      s:write('state of mine/sopro/sopro.log', 'first\nlast, with # vim: set textwidth=33 :\n')
      local e = s:open({ text = func, env = { XDG_STATE_HOME = s.home .. '/work/state of mine' } })
      e:sopro('log')
      e:sees('last, with # vim')
      assert(e:text():find('/state of mine/sopro/sopro.log, its end:\nfirst\nlast', 1, true), e:text())
      e.same(
        { 'nofile', 0, 0, true },
        e:lua([[ return { vim.bo.buftype, vim.bo.textwidth, #vim.lsp.get_clients({ bufnr = 0 }), vim.fn.line('.') > 2 } ]]),
        'the page'
      )
    end,
  },
  {
    'it stops, starts and restarts',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      local first = e:servers()[1]
      e:sopro('stop')
      e:eventually('the server to end', function()
        return #e:servers() == 0 and e:lua("return require('sopro.client').client(0) == nil")
      end)
      e:sopro('status')
      e:told('the server is stopped; ":Sopro start"')
      e:type('A<M-Bslash><Esc>')
      e:told('no server for this buffer')
      e:sopro('start')
      e:ready()
      local second = e:servers()[1]
      assert(first ~= second, 'the same process')
      e:sopro('restart')
      e:eventually('a new server', function()
        return #e:servers() == 1 and e:servers()[1] ~= second
      end)
      e:ready()
      e:type('Sre')
      e:ghost('turn a + b')
    end,
  },
}
