---`:checkhealth sopro`
local M = {}

local health = vim.health

---How long the program may take to look at everything, which includes one answer of the model.
local doctor_ms = 60 * 1000

local function check_neovim()
  health.start('Neovim')
  local version = tostring(vim.version())
  if vim.fn.has('nvim-0.10.4') == 1 then
    health.ok('Neovim ' .. version)
  else
    health.error(('Neovim %s is too old'):format(version), 'Install 0.10.4 or newer')
  end
end

---@return boolean whether there is a program
local function check_program()
  health.start('The server')
  local command, problem = require('sopro.program').command('version')
  if not command then
    health.error('The server cannot be started: ' .. problem)
    return false
  end
  local out = vim.system(command, { text = true, timeout = 5000 }):wait()
  if out.code ~= 0 then
    health.error(('%s does not run: %s'):format(command[1], vim.trim(out.stderr or '')))
    return false
  end
  health.ok(('%s, %s'):format(command[1], vim.trim(out.stdout)))
  return true
end

---The buffer that `:checkhealth` was called from; its own one is current by now.
---@return integer
local function subject()
  local alternate = vim.fn.bufnr('#')
  return alternate > 0 and alternate or vim.api.nvim_get_current_buf()
end

local function check_client()
  local clients = vim.lsp.get_clients({ name = 'sopro' })
  if #clients == 0 then
    health.warn('The server does not run', { 'Open a file, or call ":Sopro start"', '":Sopro log" may say why it ended' })
    return
  end
  for _, client in ipairs(clients) do
    local root = client.config.root_dir or 'no workspace'
    health.ok(
      ('The server runs for %d buffers, %s, positions in %s'):format(
        vim.tbl_count(client.attached_buffers),
        root,
        client.offset_encoding
      )
    )
  end
  local bufnr = subject()
  local name = vim.fn.fnamemodify(vim.api.nvim_buf_get_name(bufnr), ':~:.')
  if not require('sopro.client').client(bufnr) then
    health.info(('The server does not see the buffer "%s"'):format(name))
  elseif not require('sopro.inline').wanted(bufnr) then
    health.info(('Completions are off in the buffer "%s", by vim.b.sopro_disable, filetypes or enabled'):format(name))
  end
  local status = require('sopro.client').status()
  if status and status.message ~= '' then
    health.info('It says: ' .. status.message)
  end
end

---What was switched off and on, in this session or an earlier one.
local function check_switches()
  local switches = require('sopro.switches')
  local switched = switches.now()
  local said = {} ---@type string[]
  if switched.everywhere ~= nil then
    said[1] = (switched.everywhere and 'on' or 'off') .. ' everywhere'
  end
  for _, of in ipairs({ switched.workspaces, switched.languages }) do
    for name, enabled in vim.spairs(of) do
      said[#said + 1] = ('%s in %s'):format(enabled and 'on' or 'off', name)
    end
  end
  if #said > 0 then
    health.info(
      ('":Sopro toggle" switched completions %s; what is off is kept in %s'):format(table.concat(said, ', '), switches.path())
    )
  end
end

---The keys of insert mode that take a completion.
---@return string[]
local function accepting_keys()
  local keys = {} ---@type string[]
  for _, map in ipairs(vim.list_extend(vim.api.nvim_get_keymap('i'), vim.api.nvim_buf_get_keymap(subject(), 'i'))) do
    local is_ours = (map.desc or ''):match('^Sopro: accept') or (map.rhs or ''):find('(sopro-accept', 1, true)
    if is_ours and not vim.startswith(map.lhs, '<Plug>') then
      keys[#keys + 1] = map.lhs
    end
  end
  return keys
end

local function check_ghost()
  health.start('Completions')
  local ghost = require('sopro.config').get().ghost
  if ghost == 'native' and not vim.lsp.inline_completion then
    health.warn("ghost = 'native' needs Neovim 0.12", "This plugin draws completions itself, as with ghost = 'own'")
  else
    health.ok(ghost == 'own' and 'Completions are drawn by this plugin' or 'Completions are drawn by vim.lsp.inline_completion')
  end
  local keys = accepting_keys()
  if #keys > 0 then
    health.ok('Accepted by ' .. table.concat(keys, ' '))
  else
    -- A function of the person's own does not say what it does.
    health.info("No key is known to accept a completion. For the Tab key: require('sopro').map('<Tab>')")
  end
end

---Others that draw completions at the cursor too, by a module that is loaded or a variable that is set.
local rivals = {
  { name = 'copilot.vim', variable = 'loaded_copilot' },
  { name = 'copilot.lua', module = 'copilot' },
  { name = 'codeium.vim', variable = 'loaded_codeium' },
  { name = 'windsurf.nvim', module = 'codeium' },
  { name = 'supermaven-nvim', module = 'supermaven-nvim' },
  { name = 'llama.vim', variable = 'loaded_llama' },
  { name = 'tabby', variable = 'loaded_tabby' },
  { name = 'minuet-ai.nvim', module = 'minuet' },
}

local function check_rivals()
  local found = {} ---@type string[]
  for _, rival in ipairs(rivals) do
    if (rival.module and package.loaded[rival.module]) or (rival.variable and vim.g[rival.variable]) then
      found[#found + 1] = rival.name
    end
  end
  local native, client = vim.lsp.inline_completion, require('sopro.client').client(subject())
  if native and client and require('sopro.config').get().ghost == 'own' then
    if native.is_enabled({ bufnr = subject(), client_id = client.id }) then
      found[#found + 1] = 'vim.lsp.inline_completion, for Sopro too'
    end
  end
  if #found == 0 then
    health.ok('Nothing else that is loaded draws completions at the cursor')
  else
    health.warn('These draw completions at the same place: ' .. table.concat(found, ', '), 'Switch all but one off')
  end
end

---@type table<string, fun(message: string, advice?: string)>
local tell = {
  ok = health.ok,
  warning = health.warn,
  fault = health.error,
}

---What the program itself finds: settings, Ollama, the models.
local function check_models()
  health.start('Models, as "sopro doctor" sees them')
  local command, problem = require('sopro.program').command('doctor')
  if not command then
    health.error(problem)
    return
  end
  table.insert(command, '--json')
  local client = require('sopro.client').client(subject())
  local out = vim.system(command, { text = true, timeout = doctor_ms, cwd = client and client.config.root_dir or nil }):wait()
  local ok, report = pcall(vim.json.decode, out.stdout or '')
  if not ok or type(report.steps) ~= 'table' then
    local why = out.code == 124 and 'it took too long' or vim.trim(out.stderr or '')
    health.error('The doctor did not answer: ' .. why, 'Run "sopro doctor" in a terminal')
    return
  end
  for _, step in ipairs(report.steps) do
    local say = tell[step.state] or health.info
    local message = ('%s: %s'):format(step.name, step.message)
    if step.next ~= '' and (say == health.warn or say == health.error) then
      say(message, step.next)
    else
      say(message)
    end
  end
end

function M.check()
  check_neovim()
  if check_program() then
    check_client()
    check_switches()
    check_ghost()
    check_rivals()
    check_models()
  end
end

return M
