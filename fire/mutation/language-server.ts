import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

type Message = { id?: number; method?: string; params?: unknown; result?: unknown; error?: { message: string } }
type Diagnostic = { severity?: number; range: { start: { line: number } } }

/** The compiler as a server that keeps the program: a changed file is checked again in a second, not in ten. */
export class LanguageServer {
  readonly #process: ChildProcess
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #open = new Map<string, number>()
  readonly #folder: string
  #rest = Buffer.alloc(0)
  #asked = 0

  private constructor(folder: string) {
    this.#folder = folder
    const compiler = join(folder, 'node_modules/typescript/bin/tsc')
    this.#process = spawn(process.execPath, [compiler, '--lsp', '--stdio'], {
      cwd: folder,
      stdio: ['pipe', 'pipe', 'ignore'],
    })
    this.#process.stdout?.on('data', (data: Buffer) => this.#read(data))
  }

  /** @param folder the tree with its tsconfig.json */
  static async start(folder: string): Promise<LanguageServer> {
    const server = new LanguageServer(folder)
    const rootUri = pathToFileURL(folder).href
    await server.#ask('initialize', {
      processId: process.pid,
      rootUri,
      capabilities: { textDocument: { diagnostic: {} } },
    })
    server.#send({ method: 'initialized', params: {} })
    return server
  }

  /** @returns lines, from 1, on which the compiler finds an error when the file has this text */
  async errorLines(file: string, text: string): Promise<number[]> {
    const uri = pathToFileURL(join(this.#folder, file)).href
    const version = (this.#open.get(file) ?? 0) + 1
    this.#open.set(file, version)
    if (version === 1)
      this.#send({
        method: 'textDocument/didOpen',
        params: { textDocument: { uri, languageId: 'typescript', version, text } },
      })
    else
      this.#send({
        method: 'textDocument/didChange',
        params: { textDocument: { uri, version }, contentChanges: [{ text }] },
      })
    const report = (await this.#ask('textDocument/diagnostic', { textDocument: { uri } })) as { items: Diagnostic[] }
    return report.items.filter(({ severity }) => severity === 1).map(({ range }) => range.start.line + 1)
  }

  stop(): void {
    this.#process.kill()
  }

  #ask(method: string, params: unknown): Promise<unknown> {
    this.#asked += 1
    const id = this.#asked
    this.#send({ id, method, params })
    return new Promise((resolve, reject) =>
      this.#waiting.set(id, ({ result, error }) =>
        error ? reject(new Error(`${method}: ${error.message}`)) : resolve(result),
      ),
    )
  }

  #send(message: Message): void {
    const text = JSON.stringify({ jsonrpc: '2.0', ...message })
    this.#process.stdin?.write(`Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`)
  }

  #read(data: Buffer): void {
    this.#rest = Buffer.concat([this.#rest, data])
    for (;;) {
      const head = this.#rest.indexOf('\r\n\r\n')
      if (head < 0) return
      const length = Number(/Content-Length: (\d+)/i.exec(this.#rest.subarray(0, head).toString())?.[1])
      if (this.#rest.length < head + 4 + length) return
      const message = JSON.parse(this.#rest.subarray(head + 4, head + 4 + length).toString()) as Message
      this.#rest = this.#rest.subarray(head + 4 + length)
      // It asks for settings and the like; there are none.
      if (message.method !== undefined && message.id !== undefined)
        this.#send({ id: message.id, result: null } as Message)
      else if (message.id !== undefined) {
        this.#waiting.get(message.id)?.(message)
        this.#waiting.delete(message.id)
      }
    }
  }
}
