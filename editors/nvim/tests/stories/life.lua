-- What becomes of the plugin when servers, buffers and workspaces come and go.
local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'
local bare = (func:gsub('█', ''))

---@param e Editor
---@param n integer
local function has_servers(e, n)
  e:eventually(n .. ' servers', function()
    return #e:servers() == n
  end)
end

---Waits until the server of the current buffer is another than this client.
---@param e Editor
---@param than? integer
---@return integer client
local function attached(e, than)
  return e:eventually('a server of the buffer', function()
    local id = e:lua("local c = require('sopro.client').client(0); return c and c.id")
    return id ~= than and id
  end)
end

---Types in the function's body until the completion has come.
---@param e Editor
local function completes(e)
  attached(e)
  e:ready()
  e:type('4ggSre')
  e:ghost('turn a + b')
  e:type('<Esc>')
end

return {
  {
    'a server that ends takes with it what it was writing, explaining and pulling, and says so',
    function(s)
      s:models()
        :chat({ 'Write the code', '```go\nfunc twice(a int) int {\n\treturn 2 * a\n}\n```\n' }, { '', ('It adds. '):rep(40) })
      s.rig:post('/library', { models = { { name = 'qwen2.5-coder:3b', bytes = 986000000, hold = true } } })
      local e = s:open({ text = bare .. '\n\n// twice doubles█', before = 'vim.o.columns = 80 vim.o.lines = 24' })
      e:lua('vim.ui.select = function(items, _, done) done(items[1], 1) end')
      s.rig:post('/hold', { after = 14 })
      e:sopro('generate')
      e:eventually('some of the code', function()
        return (e:proposed() or ''):find('func', 1, true)
      end)
      e:sopro('pull qwen2.5-coder:3b')
      e:eventually('the download', function()
        return #s.rig:requests('/api/pull') == 1
      end)
      local first = attached(e)
      vim.uv.kill(e:servers()[1], 'sigkill')
      e:told('the server has ended')
      e:told('broke down')
      e.same(nil, e:proposed(), 'a proposal')
      attached(e, first)
      e:ready()
      e:sopro('cancel')
      e:told('nothing is being downloaded')
      e:type('4gg')
      e:sopro('explain')
      e:sees('It adds')
      e:sopro('stop')
      e:sees('i asks on') -- it is over
    end,
  },
  {
    'stopping the server takes the completion away',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:insert(func)
      e:type('re')
      e:ghost('turn a + b')
      e:type('<Cmd>Sopro stop<CR>')
      has_servers(e, 0)
      e:eventually('the ghost to go', function()
        return not e:shown()
      end)
      e.same(0, e:lua("return #vim.api.nvim_get_autocmds({ group = 'sopro.inline', buffer = 0 })"), 'autocommands')
    end,
  },
  {
    'commands that are about no file work without one',
    function(s)
      local e = s:open({ text = func, waits = false, before = 'vim.cmd("set eventignore=all")' })
      e:ex('set eventignore=')
      e:ex('help')
      e:sopro('status')
      e:told('completions by the ')
      e:ready()
      e.same(1, #e:servers(), 'servers')
      e:ex('messages clear')
      e:ex('enew')
      e:sopro('status')
      e:told('completions by the model engine')
      e:sopro('trace')
      e:sees('What Sopro has sent')
      e.same(1, #e:servers(), 'servers')
    end,
  },
  {
    'folders are not served, and a file that gets another name goes on',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = func })
      local id = attached(e)
      e:ex('file ' .. s.home .. '/work/other.go')
      e.same(id, attached(e), 'the client')
      completes(e)
      e:save()
      e.same(true, vim.uv.fs_stat(s.home .. '/work/other.go') ~= nil, 'the file')
      completes(e)
      e:ex('edit! ' .. s.home .. '/work')
      e.same(0, e:lua('return #vim.lsp.get_clients({ bufnr = 0 })'), 'servers of a folder')
    end,
  },
  {
    'after Neovim has restarted it, further files are served',
    from = '0.12',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local b = s:write('b.go', bare .. '\n')
      local e = s:open({ text = func })
      local first = attached(e)
      e:ex('lsp restart sopro')
      attached(e, first)
      has_servers(e, 1)
      e:ex('edit ' .. b)
      completes(e)
      e.same(1, #e:servers(), 'servers')
    end,
  },
  {
    'two workspaces have two servers; what is switched off stays so at both, and after a crash',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      s:write('.git/HEAD', '')
      s:write('other/.git/HEAD', '')
      local b = s:write('other/b.go', bare .. '\n')
      local e = s:open({ text = func })
      local a = s.home .. '/work/main.go'
      e:ex('set hidden')
      e:ex('edit ' .. b)
      has_servers(e, 2)
      attached(e)
      local function switch(scope, to)
        e:ex('messages clear')
        e:sopro('toggle ' .. scope)
        e:told('switched ' .. to)
      end
      local function kinds()
        local found = {}
        for _, path in ipairs({ a, b }) do
          e:ex('buffer ' .. path)
          attached(e)
          found[#found + 1] = e:lua("return (require('sopro.client').status() or {}).kind")
        end
        return found
      end
      local function are(...)
        local want = { ... }
        e:eventually('the states ' .. table.concat(want, ' and '), function()
          return vim.deep_equal(want, kinds())
        end)
      end
      are('ok', 'ok')
      switch('all', 'off')
      are('disabled', 'disabled')
      local before = attached(e)
      for _, pid in ipairs(e:servers()) do
        vim.uv.kill(pid, 'sigkill')
      end
      e:told('broke down')
      attached(e, before)
      are('disabled', 'disabled')
      e:ex('buffer ' .. b)
      switch('workspace', 'on')
      are('disabled', 'ok')
      switch('all', 'off')
      are('disabled', 'disabled')
      switch('all', 'on')
      are('ok', 'ok')
    end,
  },
  {
    'vim.lsp.enable beside autostart: one server',
    from = '0.11',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local b = s:write('b.go', bare .. '\n')
      local e = s:open({ text = func, before = "vim.lsp.enable('sopro')", arguments = { '-p', b } })
      completes(e)
      e.same({ 1, 1 }, { #e:servers(), e:lua("return #vim.lsp.get_clients({ name = 'sopro' })") }, 'servers and clients')
    end,
  },
  {
    'settings of vim.lsp.config are honoured, but protected ones',
    from = '0.11',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local before = [[ vim.lsp.config('sopro', { settings = { sopro = {
        ollama = { url = 'http://127.0.0.1:1' }, completion = { languages = { text = false } } } } }) ]]
      local e = s:open({ text = func, before = before })
      e:told('ollama.url')
      completes(e)
    end,
  },
  {
    'a program that cannot be started is told of once',
    function(s)
      local path = s:write('bad', '#!/no/such/interpreter\n')
      vim.fn.setfperm(path, 'rwxr-xr-x')
      local e = s:open({ text = func, waits = false, set = { cmd = path } })
      e:told('bad cannot be started')
      e:type('A<Esc>A<Esc>')
      local _, times = e:messages():gsub('cannot be started', '')
      e.same(1, times, 'messages')
      e:lua('vim.g.sopro = { cmd = ... }', s.places.sopro)
      e:ready()
    end,
  },
  {
    'no program of the workspace is started, whatever PATH and cmd say',
    function(s)
      for _, name in ipairs({ 'sopro', 'bin/sopro' }) do
        vim.fn.setfperm(s:write(name, '#!/bin/sh\ntouch ' .. s.home .. '/reached\n'), 'rwxr-xr-x')
      end
      local e = s:open({
        text = func,
        set = { cmd = './sopro' },
        env = { PATH = '.:bin::/usr/bin:/bin' },
        before = 'vim.cmd.cd(vim.env.HOME .. "/work")',
        waits = false,
      })
      e:told('"./sopro" is no program')
      for _, cmd in ipairs({ 'bin/sopro', 'sopro' }) do
        e:lua('vim.g.sopro = { cmd = ... }', cmd)
        e:told(('"%s" is no program'):format(cmd))
      end
      e:lua('vim.g.sopro = {}')
      e:ready()
      e.same(nil, vim.uv.fs_stat(s.home .. '/reached'), 'what the program of the workspace leaves')
    end,
  },
  {
    'checkhealth runs the whole command',
    function(s)
      s:models():fill({ '', 'return a + b' })
      local e = s:open({ text = func, set = { cmd = { 'env', 'X=1', s.places.sopro, 'lsp' } } })
      e:ex('checkhealth sopro')
      e.same(nil, e:text():match('[^\n]*ERROR[^\n]*'), 'an error')
    end,
  },
}
