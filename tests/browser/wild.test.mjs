// Pages with names at their limits: nothing sticks out, a name from right to left turns nothing around that stands beside it, and all of
// it is there in forced colours and on paper.

import assert from 'node:assert/strict'
import { mkdirSync } from 'node:fs'
import path from 'node:path'
import { after, before, describe, test } from 'node:test'
import { engines, Site } from '../site/lib.mjs'
import { browserOrReason, launch, look, screenshots, signedIn, sticksOut, views } from './lib.mjs'
import { givenWild } from './wild.mjs'

const kit = browserOrReason()

/* Texts from right to left that share a line with others and are kept apart from them by nothing. */
const loose = (page) =>
  page.evaluate(() => {
    const wrong = []
    const walker = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
    while (walker.nextNode()) {
      const node = walker.currentNode
      if (!/[\u0590-\u05ff]/.test(node.data)) continue
      let el = node.parentElement
      if (el.closest('option, textarea, svg, pre.code')) continue
      while (getComputedStyle(el).display === 'inline' && !/isolate|plaintext/.test(getComputedStyle(el).unicodeBidi)) el = el.parentElement
      if (/isolate|plaintext/.test(getComputedStyle(el).unicodeBidi) && el.textContent.trim() !== '' && el.matches('bdi, [dir], del, ins')) continue
      wrong.push(`${el.tagName}.${el.className} "${el.textContent.trim().slice(0, 40)}"`)
    }
    return [...new Set(wrong)]
  })

if (kit.skip) test('names at their limits in Chromium', { skip: kit.skip }, () => {})
else describe('names at their limits', () => {
  const site = new Site('wild', engines[0])
  let browser, page, pages

  before(async () => {
    mkdirSync(path.join(screenshots, 'wild'), { recursive: true })
    await site.start()
    pages = Object.entries(await givenWild(site))
    browser = await launch(kit)
    page = await signedIn(browser, site, { name: 'admin', password: site.secret }, '/tasks', [])
  })
  after(async () => {
    await browser?.close()
    await site.stop()
  })

  const shot = (name) => page.screenshot({ path: path.join(screenshots, 'wild', `${name}.png`), fullPage: true })

  test('nothing sticks out, and each is kept apart from what stands beside it', { timeout: 300000 }, async () => {
    const wrong = []
    for (const [name, target] of pages) {
      const answer = await page.goto(`${site.address}${target}`)
      if (answer.status() !== 200) wrong.push(`${name}: ${answer.status()}`)
      wrong.push(...(await loose(page)).map((text) => `${name}: not kept apart: ${text}`))
      for (const view of [views[0], views[3]]) {
        await look(page, view)
        const out = await sticksOut(page)
        if (out) wrong.push(`${name} at ${view[0]}: too wide by ${out}`)
        await shot(`${name}-${view[0]}`)
      }
    }
    assert.deepEqual(wrong, [])
  })

  test('the filters of tasks stand in one row on a wide screen', async () => {
    await look(page, views[0])
    await page.goto(`${site.address}/tasks?all=1`)
    const tops = await page.locator('.tools > :not(.hidden, [type=hidden])').evaluateAll((all) => all.map((el) => el.getBoundingClientRect()).map((box) => Math.round(box.top + box.height / 2)))
    assert.ok(Math.max(...tops) - Math.min(...tops) < 8, `middles at ${tops}`)
  })

  test('on paper nothing sticks out or is to be pressed, and it is black on white', { timeout: 300000 }, async () => {
    const wrong = []
    await page.setViewportSize({ width: 720, height: 1000 })             // A4 less its margins
    await page.emulateMedia({ media: 'print', colorScheme: 'light' })
    for (const [name, target] of pages) {
      await page.goto(`${site.address}${target}`)
      const out = await sticksOut(page)
      if (out) wrong.push(`${name} on paper: too wide by ${out}`)
      if (await page.locator('#rail, .bar, .button, button').evaluateAll((all) => all.some((el) => el.checkVisibility()))) wrong.push(`${name} on paper: there are things to press`)
      await shot(`${name}-print`)
    }
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' })
    for (const theme of ['', 'light', 'dark']) {
      const ink = await page.evaluate((theme) => {
        if (theme) document.documentElement.dataset.theme = theme
        return getComputedStyle(document.body).color.match(/\d+/g).slice(0, 3).map(Number)
      }, theme)
      if (Math.max(...ink) > 80) wrong.push(`ink ${ink} on white paper, theme ${theme || 'as the system'}`)
    }
    assert.deepEqual(wrong, [])
    await page.emulateMedia({ media: 'screen' })
  })

  test('in forced colours every state has its mark', { timeout: 300000 }, async () => {
    const wrong = []
    await look(page, views[0])
    await page.emulateMedia({ forcedColors: 'active', colorScheme: 'dark' })
    for (const [name, target] of pages) {
      await page.goto(`${site.address}${target}`)
      await shot(`${name}-forced`)
      const lost = await page.locator('main .state:visible').evaluateAll((all) => all.filter((el) => {
        const mark = getComputedStyle(el, '::before')
        return mark.backgroundColor === getComputedStyle(document.body).backgroundColor && mark.borderTopStyle === 'none'
      }).map((el) => el.textContent))
      wrong.push(...lost.map((text) => `${name}: no mark of ${text} in forced colours`))
    }
    assert.deepEqual(wrong, [])
  })
})
