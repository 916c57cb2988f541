-- For vim.lsp.enable('sopro') and vim.lsp.config('sopro', …) of Neovim 0.11 and newer.
return require('sopro.server').config()
