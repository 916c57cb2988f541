local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---@param s Scene
---@return string
local function packpath(s)
  local start = s.home .. '/data/nvim/site/pack/sopro/start'
  vim.fn.mkdir(start, 'p')
  assert(vim.uv.fs_symlink(s.places.plugin, start .. '/sopro'))
  return start .. '/sopro'
end

return {
  {
    'nothing is loaded before a file is there, and loading costs little',
    function(s)
      local e = s:open({ text = func, waits = false, before = 'vim.g.sopro = nil vim.cmd("set eventignore=all")' })
      e.same(
        {},
        e:lua([[
        return vim.tbl_filter(function(name) return vim.startswith(name, 'sopro') end, vim.tbl_keys(package.loaded))
      ]]),
        'modules'
      )
      local log = s.home .. '/startup.log'
      local best = math.huge
      for _ = 1, 5 do
        os.remove(log)
        vim
          .system(
            { s.places.nvim, '--headless', '--clean', '--cmd', 'set rtp^=' .. s.places.plugin, '--startuptime', log, '-c', 'qall' },
            { env = { HOME = s.home } }
          )
          :wait()
        for line in io.lines(log) do
          local total, own = line:match('^[%d.]+%s+([%d.]+)%s+([%d.]+): sourcing .*nvim/plugin/sopro%.lua')
          best = math.min(best, tonumber(own or total) or best)
        end
      end
      assert(best < math.huge, 'the plugin was not sourced')
      s:say('start-up: %.2f ms', best)
    end,
  },
  {
    'as a package on the packpath, found without a word of configuration',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      packpath(s)
      -- --clean leaves the person's own folders out, in which the package lies.
      local e = s:insert(func, { plugin = '/nowhere', before = "vim.opt.packpath:prepend(vim.env.XDG_DATA_HOME .. '/nvim/site')" })
      e:type('re')
      e:ghost('turn a + b')
    end,
  },
  {
    'the help has its tags',
    function(s)
      local copy = s.home .. '/plugin'
      vim.fn.system({ 'cp', '-r', s.places.plugin, copy })
      local e = s:open({ text = func, plugin = copy, env = { PATH = s.places.root .. '/bin:' .. vim.env.PATH } })
      e:ex('helptags ' .. copy .. '/doc')
      for _, tag in ipairs({ 'sopro', ':Sopro', 'sopro-config', '<Plug>(sopro-accept)' }) do
        e:ex('help ' .. tag)
        e.same('sopro.txt', e:lua("return vim.fn.expand('%:t')"), 'the help of ' .. tag)
      end
    end,
  },
  {
    'checkhealth finds no fault',
    function(s)
      s:models():fill({ '', 'return a + b' })
      local e = s:open({ text = func })
      e:ex('checkhealth sopro')
      local report
      e:eventually('the report', function()
        report = e:text()
        return report:find('Ollama', 1, true)
      end)
      e.same(nil, report:match('[^\n]*ERROR[^\n]*'), 'an error')
      e.same(nil, report:match('[^\n]*WARNING[^\n]*'), 'a warning')
    end,
  },
  {
    'a whole way with the real Ollama: completion, explanation, code',
    function(s)
      s:models('ollama')
      local e = s:open({ text = 'package main\n\n// add adds two numbers\n\nfunc sum(a, b int) int {\n\t█\n}' })
      e:type('S')
      e:ghost('return a + b')
      e:type('<Tab><Esc>')
      e:sopro('explain')
      e:sees('i asks on, Y copies code, q closes')
      e.same('This function adds two numbers.', vim.trim(e:text()), 'the explanation')
      e:type('q3gg')
      e:sopro('generate')
      e:sees('<CR> accepts, <Esc> rejects')
      e:type('<CR>')
      local add = 'func add(a, b int) int {\n\treturn a + b\n}\n'
      e.same(
        'package main\n\n// add adds two numbers\n' .. add .. '\nfunc sum(a, b int) int {\n\treturn a + b\n}',
        e:text(),
        'the text'
      )
    end,
  },
}
