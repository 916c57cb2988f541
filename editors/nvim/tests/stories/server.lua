local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---@param e Editor
---@param kind string
local function status_is(e, kind)
  e:eventually('the status ' .. kind, function()
    return e:lua("local s = require('sopro.client').status(); return s and s.kind") == kind
  end)
end

---@param e Editor
---@param pattern string
---@return integer
local function count(e, pattern)
  return select(2, e:messages():gsub(pattern, ''))
end

return {
  {
    'when Ollama stops one message says so, the built-in engine answers, and it comes back',
    function(s)
      s:models():fill({ '\tva$', 'r c int' })
      local e = s:open({
        text = 'package main\n\nfunc sum(a, b int) int {\n\treturn addition(a, b)\n}\n\nfunc add(a, b int) int {\n\t█\n}',
        before = 'vim.o.columns = 80 vim.o.lines = 24', -- in which no message may ask for Enter
      })
      e:eventually('the built-in engine to have read the file', function()
        e:lua([[
          require('sopro.client').run(0, 'sopro.status', {}, { done = function(_, status) _G.index = status and status.index end })
        ]])
        local index = e:lua('return _G.index')
        return index and index.done and index.files > 0
      end)
      s.rig:post('/stop')
      e:type('Svar')
      status_is(e, 'builtin')
      e:told('Ollama is not running')
      e:eventually('a completion of the built-in engine, once it has read the file', function()
        e:type('<Esc>Sreturn addi')
        return vim.wait(200, function()
          return (e:shown() or ''):find('^tion') ~= nil
        end, 5)
      end)
      e.same(1, count(e, 'Ollama is not running'), 'messages')
      s.rig:post('/start')
      e:ready()
      e:type('<Esc>Sva')
      e:ghost('r c int')
    end,
  },
  {
    'a server that is killed begins anew, with one message',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      local first = e:servers()[1]
      vim.uv.kill(first, 'sigkill')
      e:told('broke down %(signal 9%) and is started again')
      e:eventually('another server', function()
        local now = e:servers()
        return #now == 1 and now[1] ~= first
      end)
      e:ready()
      e:type('Sre')
      e:ghost('turn a + b')
      e.same(1, count(e, 'broke down'), 'messages')
    end,
  },
  {
    'where there is no program one message says how to build it',
    function(s)
      local elsewhere = s.home .. '/plugins/nvim'
      vim.fn.mkdir(s.home .. '/plugins')
      vim.fn.system({ 'cp', '-r', s.places.plugin, elsewhere })
      local e = s:open({ text = func, plugin = elsewhere, waits = false, env = { PATH = '/usr/bin:/bin' } })
      e:told('make build')
      e:sopro('restart')
      e:type('A<Esc>')
      e.same(1, count(e, 'make build'), 'messages')
      e:ex('messages clear')
      e:sopro('status')
      e:told('cannot start: .*make build')
    end,
  },
  {
    'the server listens on nothing; a program that does would be seen',
    function(s)
      local e = s:open({ text = func })
      e.same(false, s.listens(e:servers()[1]), 'that the server listens')
      e.same(vim.fn.isdirectory('/proc/self/fd') == 1, s.listens(s.rig.pid), 'that the model server does')
    end,
  },
  {
    'settings take effect while it runs',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      e:lua([[ vim.g.sopro = { settings = { completion = { enabled = false } } } ]])
      status_is(e, 'disabled')
      e:type('Sre')
      e:no_ghost()
      e:type('<Esc>')
      e:lua([[ require('sopro').setup({ settings = { completion = { enabled = true, debounce = 0 } } }) ]])
      e:ready()
      e:type('Sre')
      e:ghost('turn a + b')
      e:type('<Esc>')
      e:lua([[ require('sopro').setup({ filetypes = { go = false } }) ]])
      e:type('Sre')
      e:no_ghost()
    end,
  },
  {
    'what is wrong in the configuration is said once, the rest applies',
    function(s)
      local e = s:open({ text = func, set = { ghots = 'own', explain = 'sideways', autostart = true } })
      e:told('ghots is not known')
      e:told('explain is one of float, split, vsplit')
      e.same(1, count(e, 'left out of'), 'messages')
    end,
  },
  {
    "a workspace's settings cannot redirect the person's code; their own can",
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local other = require('rig').start(s.places.rig, 'sim')
      s:write(
        '.sopro.toml',
        ('[ollama]\nurl = "%s"\n[log]\nlevel = "debug"\n[completion]\nmultiline = "never"\n'):format(other.url)
      )
      local e = s:insert(func)
      e:told('ollama.url')
      e:type('re')
      e:ghost('turn a + b')
      e.same({}, other:get('/requests'), 'requests to where the workspace says')
      e:type('<Esc>')
      e:sopro('stop')
      e:eventually('the server to end', function()
        return #e:servers() == 0
      end)
      other:close()
    end,
  },
  {
    "the person's own address of Ollama goes to the server's command line, and a change restarts it",
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func, env = { SOPRO_OLLAMA_URL = '' }, set = { settings = { ollama = { url = s.rig.url } } } })
      local first = e:servers()[1]
      local arguments = io.open(('/proc/%d/cmdline'):format(first)):read('*a')
      assert(arguments:find('--set%zollama.url=' .. vim.pesc(s.rig.url)), arguments)
      e:lua('vim.g.sopro = { settings = { ollama = { url = ... .. "/" }, completion = { debounce = 0 } } }', s.rig.url)
      e:eventually('another server', function()
        local now = e:servers()
        return #now == 1 and now[1] ~= first
      end)
      e:ready()
      e:type('Sre')
      e:ghost('turn a + b')
    end,
  },
  {
    "Neovim's own inline completion draws where that is set",
    from = '0.12',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func, { set = { ghost = 'native' } })
      e.native = true
      e:type('re')
      e:ghost('turn a + b')
      e:type('<Tab>')
      e:eventually('the completion', function()
        return e:marked() == (func:gsub('█', 'return a + b█'))
      end)
    end,
  },
  {
    'vim.lsp.enable starts it, and is enough',
    from = '0.11',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func, { before = "vim.lsp.enable('sopro')", set = { autostart = false } })
      e:type('re')
      e:ghost('turn a + b')
      e.same(1, #e:servers(), 'servers')
    end,
  },
  {
    'setup is enough, after the start too',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func, set = { autostart = false }, waits = false })
      e.same(0, #e:servers(), 'servers')
      e:lua([[ require('sopro').setup({ autostart = true, settings = { completion = { debounce = 0 } } }) ]])
      e:type('S')
      e:ready()
      e:type('re')
      e:ghost('turn a + b')
    end,
  },
}
