local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---@param all number[]
---@param share number of a hundred
local function percentile(all, share)
  table.sort(all)
  return all[math.max(1, math.ceil(#all * share / 100))]
end

return {
  {
    'how long it takes from a key to the ghost, with a model that answers at once',
    function(s)
      s:models():fill({ '', 'yz' })
      local e = s:insert(func)
      e:lua([[
        _G.laps = {}
        local pressed
        vim.on_key(function() pressed = vim.uv.hrtime() end)
        vim.api.nvim_create_autocmd('User', { pattern = 'SoproGhost', callback = function(event)
          if event.data.text == 'yz' and pressed then
            table.insert(_G.laps, { vim.uv.hrtime() - pressed, event.data.answered - event.data.asked })
            pressed = nil
          end
        end })
      ]])
      local keys = 150
      for n = 1, keys do
        e:type(n % 30 == 0 and '<CR>' or 'x')
        e:eventually('the ghost', function()
          return e:lua('return #_G.laps') == n
        end)
      end
      local whole, server, own = {}, {}, {}
      for i, lap in ipairs(e:lua('return _G.laps')) do
        whole[i], server[i], own[i] = lap[1] / 1e6, lap[2] / 1e6, (lap[1] - lap[2]) / 1e6
      end
      for name, all in vim.spairs({ ['key to ghost'] = whole, ['of that the server'] = server, ['of that the plugin'] = own }) do
        s:say('%-19s p50 %5.2f ms, p99 %5.2f ms, %d keys', name, percentile(all, 50), percentile(all, 99), #all)
      end
    end,
  },
  {
    'in a real terminal: a ghost, a proposal, an explanation',
    function(s)
      local rig = s:models()
      rig:fill({ '\tre$', 'turn a + b' })
      rig:chat({ 'Write the code', '```go\nfunc twice(a int) int {\n\treturn 2 * a\n}\n```\n' }, { '', 'It **adds** two numbers.' })
      local path = s:write('main.go', (func:gsub('█', '')) .. '\n\n// twice doubles\n')
      local function tmux(...)
        local out = vim
          .system({ s.places.tmux, '-L', 'sopro', '-f', '/dev/null', ... }, { env = { TMUX_TMPDIR = s.home }, text = true })
          :wait()
        return out.stdout
      end
      local environment = {
        'HOME=' .. s.home,
        'XDG_CONFIG_HOME=' .. s.home .. '/config',
        'XDG_STATE_HOME=' .. s.home .. '/state',
        'SOPRO_OLLAMA_URL=' .. rig.url,
        'LANG=C.UTF-8',
      }
      local run = { 'new-session', '-d', '-x', '80', '-y', '24', 'env' }
      vim.list_extend(run, environment)
      vim.list_extend(run, { s.places.nvim, '--clean', '--cmd', 'set rtp^=' .. s.places.plugin })
      vim.list_extend(run, { '--cmd', 'imap <Tab> <Plug>(sopro-accept)', path })
      tmux(unpack(run))
      local screens = {}
      ---Types until the screen shows something; a picture of it is kept.
      local function sees(text, ...)
        tmux('send-keys', ...)
        local screen
        local seen = vim.wait(20000, function()
          screen = tmux('capture-pane', '-p')
          return screen:find(text, 1, true) ~= nil
        end, 20)
        screens[#screens + 1] = screen
        if not seen then
          tmux('kill-server')
          error(('%q is not on the screen:\n%s'):format(text, screen), 0)
        end
      end
      sees('main.go', '')
      sees('sopro ✓', [[:set statusline=%f\ %{v:lua.require'sopro'.statusline()}]], 'Enter')
      sees('        return a + b', '4ggSre')
      sees('        return a + b', 'Tab', 'Escape')
      sees('<CR> accepts, <Esc> rejects', 'G', ':Sopro generate', 'Enter')
      sees('func twice(a int) int {', 'Enter')
      sees('i asks on', '4gg', ':Sopro explain', 'Enter')
      tmux('send-keys', 'q', ':wq', 'Enter')
      local over = vim.wait(10000, function()
        return tmux('list-sessions') == ''
      end, 20)
      tmux('kill-server')
      assert(over, 'Neovim did not end')
      local want = (func:gsub('█', 'return a + b')) .. '\n\n// twice doubles\nfunc twice(a int) int {\n\treturn 2 * a\n}\n'
      local written = table.concat(vim.fn.readfile(path, 'b'), '\n')
      require('editor').same(want, written, 'the file')
      vim.fn.mkdir(s.places.screens, 'p')
      local kept = ('%s/%s.txt'):format(s.places.screens, vim.fn.system({ s.places.nvim, '--version' }):match('NVIM v([%d.]+)'))
      vim.fn.writefile(vim.split(table.concat(screens, ('─'):rep(80) .. '\n'), '\n'), kept)
      s:say('pictures: %s', kept)
    end,
  },
}
