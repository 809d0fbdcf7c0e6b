import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vite.config.ts'

export default mergeConfig(
  base,
  defineConfig({
    test: {
      environment: 'happy-dom',
      globals: true,
      setupFiles: './src/testing/setup.ts',
      testTimeout: 20_000,
      maxWorkers: 2,
    },
  }),
)
