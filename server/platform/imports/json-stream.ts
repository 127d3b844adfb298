/** Splits a JSON file into its elements while it is read, so that a file of any length needs the memory of one element. */

export type JsonElement = { line: number; root: string; json: unknown }

/**
 * Elements of a JSON text: those of the top array, those of the array that opens the top object (`{"orders": […]}` gives root
 * `orders`), one object inside it (`{"order": {…}}`, root `order`), or, line by line, several top objects. A top object without
 * such a member is one element with an empty root.
 * @throws SyntaxError naming the line
 */
export async function* jsonElements(chunks: AsyncIterable<string>): AsyncGenerator<JsonElement> {
  const splitter = new Splitter()
  for await (const chunk of chunks) yield* splitter.take(chunk)
  splitter.end()
}

/**
 * A scanner that knows only depth and strings. Depth 1 is inside the top value. What is collected is one value: a member of the
 * array that counts, or the value of a key of the top object.
 */
class Splitter {
  private depth = 0
  private inString = false
  private escaped = false
  private line = 1
  private top: '' | '[' | '{' = ''
  /** Text of the value being collected, and where it began. */
  private value = ''
  private valueLine = 0
  /** Depth at which the values of interest stand: 1 for a top array, 2 once inside an array of the top object. */
  private level = 1
  private root = ''
  private key: string | null = null
  private keyText = ''
  /** Plain members of the top object, for the case that it is itself the element. */
  private members: Record<string, unknown> = {}
  private topLine = 1
  private emitted = 0;

  *take(chunk: string): Generator<JsonElement> {
    for (const char of chunk) {
      const element = this.step(char)
      if (char === '\n') this.line += 1
      if (element) {
        this.emitted += 1
        yield element
      }
    }
  }

  /** @throws SyntaxError when the text stops in the middle of something */
  end(): void {
    if (this.depth !== 0 || this.inString)
      throw new SyntaxError(`the file ends in the middle of a value, line ${this.line}`)
    if (this.value.trim() !== '') throw new SyntaxError(`not JSON, line ${this.line}`)
  }

  private step(char: string): JsonElement | undefined {
    if (this.inString) return this.inText(char)
    if (char === '"') {
      this.inString = true
      return this.collect(char)
    }
    if (char === '{' || char === '[') return this.open(char)
    if (char === '}' || char === ']') return this.close(char)
    if (this.depth === this.level && char === ',') return this.finish()
    if (this.depth === 1 && this.top === '{' && char === ':' && this.key === null) {
      this.key = String(this.parse(this.keyText))
      this.keyText = ''
      return undefined
    }
    if (this.depth === 0) {
      if (char.trim() !== '' && char !== '\ufeff') throw new SyntaxError(`not JSON, line ${this.line}`)
      return undefined
    }
    return this.collect(char)
  }

  private inText(char: string): undefined {
    if (this.escaped) this.escaped = false
    else if (char === '\\') this.escaped = true
    else if (char === '"') this.inString = false
    return this.collect(char)
  }

  private open(char: '{' | '['): undefined {
    this.depth += 1
    if (this.depth === 1) {
      this.top = char
      this.topLine = this.line
      this.level = 1
      this.root = ''
      this.key = null
      this.members = {}
      this.emitted = 0
      return undefined
    }
    // An array that opens the top object is what the file is about; later ones belong to the object (its lines, its variants).
    if (
      this.depth === 2 &&
      this.level === 1 &&
      this.top === '{' &&
      char === '[' &&
      this.key !== null &&
      this.isFirstMember()
    ) {
      this.level = 2
      this.root = this.key
      this.value = ''
      return undefined
    }
    return this.collect(char)
  }

  private isFirstMember(): boolean {
    return this.value.trim() === '' && Object.keys(this.members).length === 0
  }

  private close(char: string): JsonElement | undefined {
    const element = this.depth === this.level ? this.finish() : undefined
    if (this.depth !== this.level) this.collect(char)
    this.depth -= 1
    if (this.level === 2 && this.depth === 1) {
      this.level = 1
      this.key = null
      this.value = ''
      // A second array of the same object is of no interest; its members are read and dropped.
      this.top = '{'
      return element
    }
    if (this.depth > 0) return element
    return element ?? this.wholeObject()
  }

  private collect(char: string): undefined {
    if (this.depth === 1 && this.top === '{' && this.key === null) {
      this.keyText += char
      return undefined
    }
    if (this.value === '' && char.trim() === '') return undefined
    if (this.value === '') this.valueLine = this.line
    this.value += char
    return undefined
  }

  private finish(): JsonElement | undefined {
    const text = this.value.trim()
    this.value = ''
    const isMember = this.level === 1 && this.top === '{'
    const key = this.key
    if (isMember) {
      if (key === null && this.keyText.trim() !== '') throw new SyntaxError(`not JSON, line ${this.line}`)
      this.key = null
      this.keyText = ''
    }
    if (text === '') return undefined
    const json = this.parse(text)
    if (!isMember) return { line: this.valueLine, root: this.root, json }
    if (key !== null) this.members[key] = json
    return undefined
  }

  /** The top object is over and had no array: one wrapped object, or the object itself. */
  private wholeObject(): JsonElement | undefined {
    if (this.top !== '{' || this.emitted > 0) return undefined
    const entries = Object.entries(this.members)
    this.members = {}
    if (entries.length === 0) return undefined
    const [only] = entries
    if (entries.length === 1 && only && typeof only[1] === 'object' && only[1] !== null) {
      return { line: this.topLine, root: only[0], json: only[1] }
    }
    return { line: this.topLine, root: '', json: Object.fromEntries(entries) }
  }

  private parse(text: string): unknown {
    try {
      return JSON.parse(text)
    } catch (error) {
      throw new SyntaxError(`not JSON near line ${this.valueLine || this.line}: ${String(error)}`)
    }
  }
}
