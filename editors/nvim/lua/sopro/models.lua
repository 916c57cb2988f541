---The models: what is installed, choosing, installing and removing them. The server does it, and asks before it changes anything.
local client = require('sopro.client')
local config = require('sopro.config')
local page = require('sopro.page')
local say = require('sopro.say')

local M = {}

---@class sopro.Model the part of a description that is shown here; see docs/commands.md
---@field name string
---@field parameterSize? string
---@field size? integer bytes
---@field roles? string[]
---@field chosen? string[]
---@field problem? string

---@param bytes integer
local function size(bytes)
  return bytes < 1e9 and ('%.0f MB'):format(bytes / 1e6) or ('%.1f GB'):format(bytes / 1e9)
end

---One line about a model.
---@param model sopro.Model
---@return string
local function describe(model)
  local about = {} ---@type string[]
  if model.size then
    about[#about + 1] = size(model.size)
  end
  if model.problem then
    about[#about + 1] = model.problem
  elseif #(model.chosen or {}) > 0 then
    about[#about + 1] = 'used for ' .. table.concat(model.chosen, ' and ')
  elseif #(model.roles or {}) > 0 then
    about[#about + 1] = 'can do ' .. table.concat(model.roles, ' and ')
  end
  return #about == 0 and model.name or ('%s (%s)'):format(model.name, table.concat(about, ', '))
end

---@param bufnr integer
---@param name string
local function show(bufnr, name)
  client.run(bufnr, 'sopro.models.show', { name = name }, {
    done = function(err, result)
      if err then
        return say.error(err)
      end
      local lines = {} ---@type string[]
      for key, value in vim.spairs(result.models[1]) do
        local text = type(value) == 'string' and value or vim.json.encode(value)
        vim.list_extend(lines, vim.split(('%s: %s'):format(key, text), '\n', { plain = true }))
      end
      for key, value in vim.spairs(result.prompt or {}) do
        lines[#lines + 1] = ''
        lines[#lines + 1] = key .. ' of a sample hole:'
        vim.list_extend(lines, vim.split(type(value) == 'string' and value or vim.json.encode(value), '\n', { plain = true }))
      end
      page.show('model/' .. name, lines)
    end,
  })
end

---@param bufnr integer
---@param name string
local function remove(bufnr, name)
  client.run(bufnr, 'sopro.models.remove', { name = name }, {
    done = function(err)
      if err == 'cancelled' then
        return say.info(('%s was not removed: nobody agreed to it'):format(name))
      elseif err then
        return say.error(err)
      end
      say.info(('%s was removed'):format(name))
    end,
  })
end

---@param role string 'completion' or 'chat'
---@param name string
local function use(role, name)
  config.choose({ models = { [role] = name } })
  say.info(('%s is used for %s until Neovim ends; to keep it, set settings.models.%s'):format(name, role, role))
end

---Asks what to do with a model.
---@param bufnr integer
---@param model sopro.Model
local function act(bufnr, model)
  local actions = {} ---@type {title: string, act: fun()}[]
  for _, role in ipairs(model.roles or {}) do
    if role == 'completion' or role == 'chat' then
      actions[#actions + 1] = {
        title = 'Use it for ' .. role,
        act = function()
          use(role, model.name)
        end,
      }
    end
  end
  actions[#actions + 1] = {
    title = 'Show what is known of it',
    act = function()
      show(bufnr, model.name)
    end,
  }
  actions[#actions + 1] = {
    title = 'Remove it',
    act = function()
      remove(bufnr, model.name)
    end,
  }
  vim.ui.select(actions, {
    prompt = model.name,
    kind = 'sopro_action',
    format_item = function(action)
      return action.title
    end,
  }, function(action)
    if action then
      action.act()
    end
  end)
end

---Lists the installed models to choose one, and then what to do with it.
---@param bufnr integer
function M.choose(bufnr)
  client.run(bufnr, 'sopro.models.list', {}, {
    done = function(err, result)
      if err then
        return say.error(err)
      elseif #result.models == 0 then
        return say.error('no model is installed; ":Sopro status" says which one to pull')
      end
      vim.ui.select(result.models, { prompt = 'Models', kind = 'sopro_model', format_item = describe }, function(model)
        if model then
          act(bufnr, model)
        end
      end)
    end,
  })
end

---@type table<string, fun()> by name, what cancels a download
local downloads = {}

---Installs a model. The server asks whether to, by the exact name, and tells the bytes.
---@param bufnr integer
---@param name string
function M.pull(bufnr, name)
  if downloads[name] then
    return say.error(('%s is being downloaded; ":Sopro cancel" stops it'):format(name))
  end
  local over, stopped = false, false
  local cancel = client.run(bufnr, 'sopro.models.pull', { name = name }, {
    progress = function(value)
      if value.kind == 'report' and value.message then
        say.progress(('%s, %s (":Sopro cancel" stops)'):format(value.message, name))
      end
    end,
    done = function(err)
      over, downloads[name] = true, nil
      if err == 'cancelled' and not stopped then
        say.info(('%s was not pulled: nobody agreed to it'):format(name))
      elseif err == 'cancelled' then
        say.info(('the download of %s was stopped; pulled again it goes on'):format(name))
      elseif err then
        say.error(err)
      end
    end,
  })
  downloads[name] = not over and function()
    stopped = true
    cancel()
  end or nil
end

---Stops what is being downloaded.
function M.cancel()
  if not next(downloads) then
    return say.error('nothing is being downloaded')
  end
  for _, cancel in pairs(downloads) do
    cancel()
  end
end

return M
