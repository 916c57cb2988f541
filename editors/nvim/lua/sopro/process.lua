---The processes of the server: started, and told of when they end.
local M = {}

---@class sopro.Run one process of the server
---@field client_id? integer once it is ready
---@field buffers table<integer, {uri: string, filetype: string}> as what each was opened
---@field asked? boolean it was asked to end
---@field again? boolean and that to begin anew

---Those that run.
---@type table<vim.lsp.rpc.PublicClient, sopro.Run>
M.runs = {}

---Notes when a server is asked to end, by whomever.
---@param rpc vim.lsp.rpc.PublicClient
---@param run sopro.Run
local function note_stop(rpc, run)
  local request, terminate = rpc.request, rpc.terminate
  rpc.request = function(method, ...)
    run.asked = run.asked or method == 'shutdown'
    return request(method, ...)
  end
  rpc.terminate = function()
    run.asked = true
    terminate()
  end
end

---Starts one. Neovim tells of each server that ends by itself; ours begins anew and says so once, so Neovim is told of an orderly end.
---@param command string[]
---@param dispatchers vim.lsp.rpc.Dispatchers
---@param ended fun(run: sopro.Run, code: integer, signal: integer) called on the main loop
---@return vim.lsp.rpc.PublicClient?
---@return string? problem where it cannot be started
function M.start(command, dispatchers, ended)
  local run = { buffers = {} } ---@type sopro.Run
  local ok, rpc
  local function on_exit(code, signal)
    M.runs[rpc] = nil
    dispatchers.on_exit(0, 0)
    vim.schedule(function()
      ended(run, code, signal)
    end)
  end
  ok, rpc = pcall(vim.lsp.rpc.start, command, vim.tbl_extend('force', dispatchers, { on_exit = on_exit }))
  if not ok then
    return nil, (tostring(rpc):gsub('^%S*:%d+: ', ''))
  end
  note_stop(rpc, run)
  M.runs[rpc] = run
  return rpc
end

return M
