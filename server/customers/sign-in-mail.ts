const texts = {
  es: {
    subject: (code: string) => `${code} es tu código para entrar`,
    body: 'Este es tu código para entrar. Vale durante 10 minutos y una sola vez.',
    ignore: 'Si no lo has pedido tú, no hace falta que hagas nada: nadie entra sin este código.',
  },
  en: {
    subject: (code: string) => `${code} is your sign-in code`,
    body: 'This is your code to sign in. It is good for 10 minutes and once.',
    ignore: 'If you did not ask for it, there is nothing to do: nobody gets in without this code.',
  },
}

/** The mail that carries a sign-in code; the code stands in the subject, so that it can be read from a notification. */
export function signInMail(language: 'es' | 'en', code: string): { subject: string; text: string; html: string } {
  const { subject, body, ignore } = texts[language]
  const html = `<!doctype html><html lang="${language}"><body style="margin:0;padding:32px 16px;background:#f3eee5;color:#1f2933;font:16px/1.5 Georgia,serif">
<div style="max-width:480px;margin:0 auto;background:#fff;padding:32px;border-radius:6px"><p>${body}</p>
<p style="font:600 34px/1.2 ui-monospace,Menlo,monospace;letter-spacing:8px;margin:24px 0">${code}</p><p style="color:#5b6670">${ignore}</p></div></body></html>`
  return { subject: subject(code), text: `${body}\n\n${code}\n\n${ignore}\n`, html }
}
