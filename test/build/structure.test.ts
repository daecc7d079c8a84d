// How the sources lie (STYLE 1 and 10), as far as a machine can tell.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { expect, test } from 'vitest'

const SRC = resolve(import.meta.dirname, '../../src')
const MAX_SOURCE_LINES = 600
const MAX_README_LINES = 40

const sources = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.ts'))
const textOf = (path: string): string => readFileSync(join(SRC, path), 'utf8')
const linesOf = (path: string): number => textOf(path).trimEnd().split('\n').length

test('each file opens with a comment that says what it holds', () => {
  expect(sources.filter((path) => !textOf(path).startsWith('// '))).toEqual([])
})

test(`no file is longer than ${MAX_SOURCE_LINES} lines`, () => {
  expect(sources.filter((path) => linesOf(path) > MAX_SOURCE_LINES)).toEqual([])
})

test('names are kebab-case', () => {
  expect(sources.filter((path) => !/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/.test(path))).toEqual([])
})

test(`each layer has a README of at most ${MAX_README_LINES} lines`, () => {
  const layers = [...new Set(sources.filter((path) => path.includes('/')).map((path) => path.split('/')[0] ?? ''))]
  expect(layers.filter((layer) => !existsSync(join(SRC, layer, 'README.md')))).toEqual([])
  const readmes = [...new Set(sources.map((path) => join(dirname(path), 'README.md')))]
  expect(readmes.filter((path) => existsSync(join(SRC, path)) && linesOf(path) > MAX_README_LINES)).toEqual([])
})
