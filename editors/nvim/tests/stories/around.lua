-- What the server is told besides the text: what other tools say of it, and where the cursor rests.
local func = 'package main\n\nfunc add(a, b int) int {\n\t█\n}'

---Notes what the server of the current buffer is told from now on.
---@param e Editor
local function listen(e)
  e:lua([[
    _G.told = {}
    local rpc = require('sopro.client').client(0).rpc
    local notify = rpc.notify
    rpc.notify = function(method, params)
      table.insert(_G.told, { method, params })
      return notify(method, params)
    end
  ]])
end

---@param e Editor
---@param method string
---@return table[]
local function told(e, method)
  return vim
    .iter(e:lua('return _G.told'))
    :filter(function(one)
      return one[1] == method
    end)
    :map(function(one)
      return one[2]
    end)
    :totable()
end

---Has a tool say things of the current buffer, in place of what it said before.
---@param e Editor
---@param ... {[1]: integer, [2]: string, [3]: string?} the line from 1, the message, and the severity if it is no error
local function diagnose(e, ...)
  e:lua(
    [[
      vim.diagnostic.set(vim.api.nvim_create_namespace('vet'), 0, vim.tbl_map(function(said)
        return { lnum = said[1] - 1, col = 0, message = said[2], severity = said[3] or 'ERROR' }
      end, ...))
    ]],
    { ... }
  )
end

---Waits until the server is told so many times of what tools say, and returns the messages of the last.
---@param e Editor
---@param times integer
---@return string[]
local function messages(e, times)
  local all = e:eventually(times .. ' messages on what tools say', function()
    local all = told(e, 'sopro/diagnostics')
    return #all >= times and all
  end)
  e.same(times, #all, 'messages')
  return vim.tbl_map(function(d)
    return d.message
  end, all[times].diagnostics)
end

return {
  {
    'what another tool says of the line stands in the prompt',
    function(s)
      s:models():fill({ '\tre$', 'turn a + b' })
      local e = s:open({ text = '█' .. func:gsub('█', '') }) -- on another line: a line's prompt is filled when the cursor comes to it
      listen(e)
      diagnose(e, { 4, 'missing return of the sum' })
      messages(e, 1)
      e:type('4ggSre')
      e:ghost('turn a + b')
      local asked = s.rig:requests('/api/generate')
      assert(asked[#asked].body:find('// missing return of the sum', 1, true), asked[#asked].body)
    end,
  },
  {
    'errors and warnings are told when they change, and not where completions are off',
    function(s)
      local e = s:open({ text = func })
      listen(e)
      diagnose(e, { 1, 'one' })
      diagnose(e, { 1, 'one' }, { 3, 'two', 'WARN' }, { 3, 'three', 'INFO' })
      e.same({ 'one', 'two' }, messages(e, 1), 'a burst')
      diagnose(e)
      e.same({}, messages(e, 2), 'what is mended')
      e:sopro('toggle')
      e:eventually('completions to be off', function()
        return e:lua("return require('sopro.client').status().kind") == 'disabled'
      end)
      diagnose(e, { 4, 'off' })
      vim.wait(400)
      e:sopro('toggle')
      e.same({ 'off' }, messages(e, 3), 'what is told when they are on again')
      local many = {}
      for i = 1, 120 do
        many[i] = { i <= 60 and 1 or 4, (i <= 60 and 'far %d' or 'near %d'):format(i) }
      end
      diagnose(e, unpack(many))
      local near = messages(e, 4)
      e.same(50, #near, 'of many')
      for _, message in ipairs(near) do
        assert(vim.startswith(message, 'near'), message)
      end
    end,
  },
  {
    'the server is told which buffer is looked at, and on which line the cursor rests',
    function(s)
      local b = s:write('b.go', 'package main\n\nvar b = 1\n')
      local e = s:open({ text = func })
      e:ex('edit ' .. b)
      e:ex('buffer main.go')
      listen(e)
      ---@param file string
      ---@param line integer
      local function focus_is(file, line)
        e:eventually(('the focus on %s:%d'):format(file, line), function()
          local last = vim.iter(told(e, 'textDocument/didFocus')):last()
          return last and vim.endswith(last.textDocument.uri, file) and last.position.line == line - 1
        end)
      end
      e:type('gg')
      focus_is('main.go', 1)
      e:type('l')
      e:type('4gg')
      focus_is('main.go', 4)
      e:ex('buffer b.go')
      focus_is('b.go', 1)
      e:type('Go')
      focus_is('b.go', 4)
      e:type('more')
      e:type('<Esc>gg')
      focus_is('b.go', 1)
      local places = vim.tbl_map(function(focus)
        return ('%s:%d'):format(vim.fs.basename(focus.textDocument.uri), focus.position.line + 1)
      end, told(e, 'textDocument/didFocus'))
      for i = 2, #places do
        assert(places[i] ~= places[i - 1], 'told twice: ' .. places[i])
      end
    end,
  },
  {
    'nothing waits for the cursor to rest where no buffer has a server',
    function(s)
      local e = s:open({
        text = func,
        before = [[
          _G.timers = {}
          local new = vim.uv.new_timer
          vim.uv.new_timer = function()
            local timer = new()
            if debug.getinfo(2, 'S').source:find('sopro/focus', 1, true) then
              table.insert(_G.timers, timer)
            end
            return timer
          end
        ]],
      })
      ---@return {made: integer, open: integer}
      local function timers()
        return e:lua([[
          local open = vim.tbl_filter(function(timer)
            return not timer:is_closing()
          end, _G.timers)
          return { made = #_G.timers, open = #open }
        ]])
      end
      e.same({ made = 1, open = 1 }, timers(), 'with a server')
      e:type('gg')
      e:sopro('stop')
      e:eventually('no timer', function()
        return timers().open == 0
      end)
      e:type('G')
      e:sopro('start')
      e:eventually('another timer', function()
        return vim.deep_equal({ made = 2, open = 1 }, timers())
      end)
    end,
  },
}
