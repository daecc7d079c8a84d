// Running programs one after the other, as the scripts do: output goes straight through, and the time is told.

import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

export interface StepOptions {
  readonly env?: Readonly<Record<string, string>>
}

/** Runs a program in the project's folder; answers its exit code. */
export function step(project: string, program: string, args: readonly string[], options: StepOptions = {}): number {
  const { status, error, signal } = spawnSync(program, args, {
    cwd: project,
    stdio: 'inherit',
    env: { ...process.env, ...options.env },
  })
  if (error) throw error
  if (signal) console.error(`${program} was ended by ${signal}`)
  return status ?? 1
}

/** Runs the JavaScript program that a package in node_modules brings. */
export function tool(project: string, script: string, args: readonly string[], options: StepOptions = {}): number {
  return step(project, process.execPath, [join(project, 'node_modules', script), ...args], options)
}

export const biome = (project: string, args: readonly string[]): number =>
  tool(project, '@biomejs/biome/bin/biome', args)

export const typecheck = (project: string): number => tool(project, 'typescript/bin/tsc', ['--noEmit'])

/** The import rule: layers, and Node in its own folder. */
export const importRule = (project: string): number =>
  tool(project, 'dependency-cruiser/bin/dependency-cruise.mjs', ['src', '--config', '.dependency-cruiser.mjs'])

export const vitest = (project: string, args: readonly string[], options: StepOptions = {}): number =>
  tool(project, 'vitest/vitest.mjs', ['run', ...args], options)
