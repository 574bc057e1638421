/**
 * The words of the page on which a host changes how they sign in, in English. They
 * come when that is opened.
 * @type {Record<string, string>}
 */
export const accountEn = {
  'account.title': 'How you sign in',
  'account.text': 'Keep two ways in, so that you can still get in when one is lost. Each change here signs you out in all other browsers; this one stays.',
  'account.provider': 'You sign in as {name} at your identity provider. What you sign in with is changed there, not here.',
  'account.only': 'This is your only way in. To remove it, add another one first.',

  'account.passkeys.title': 'Passkeys',
  'account.passkeys.nowhere': 'In this browser, or under this address, no passkey can be made or used.',
  'account.passkey.unnamed': 'Passkey {n}',
  'account.passkey.added': 'Added on {day}',
  'account.passkey.add': 'Add a passkey',
  'account.passkey.name': 'Short name (optional)',
  'account.passkey.name.help': 'Where it is, such as “laptop” or “key ring”.',
  'account.passkey.remove': 'Remove',
  'account.passkey.remove.full': 'Remove {name}',

  'account.password.title': 'Password and app',
  'account.password.some': 'You can sign in with your password and the code that your authenticator app shows.',
  'account.password.none': 'You have no password. It would come with an authenticator app on your telephone, and with recovery codes.',
  'account.password.set': 'Set up a password',
  'account.password.change': 'Change the password',
  'account.password.save': 'Save the new password',
  'account.password.another': 'Use another app',
  'account.password.another.help': 'For a new telephone. The code of the old app stops working, and there are new recovery codes.',
  'account.password.optional': 'New password (optional)',
  'account.password.optional.help': 'Leave it empty to keep the one you have.',
  'account.app': 'Open an authenticator app on your telephone and scan this:',

  'account.recovery.title': 'Recovery codes',
  'account.recovery.left': 'Codes left: {n}. Each stands in for the code of the app, once.',
  'account.recovery.few': 'Codes left: {n}. Make new ones now, so that you can still get in if you lose your telephone.',
  'account.recovery.new': 'Make new recovery codes',
  'account.recovery.void': 'The codes that you had before do not work any more.',

  'account.confirm.title': 'Please confirm that it is you',
  'account.confirm.text': 'Somebody who merely finds this page open cannot change how you sign in. Your confirmation is good for five minutes.',
  'account.confirm.passkey': 'Confirm with a passkey',
  'account.confirm.button': 'Confirm',
  'account.confirm.nothing': 'None of your ways in can be used in this browser. Please do this where you usually sign in.',

  'account.question.remove.title': 'Remove {name}?',
  'account.question.remove.text': 'After that nobody can sign in with it. It stays on the device until you delete it there too.',
  'account.question.remove.yes': 'Yes, remove it',
  'account.question.recovery.title': 'Make new recovery codes?',
  'account.question.recovery.text': 'The codes that you have now stop working at once.',
  'account.question.recovery.yes': 'Yes, make new ones',

  'account.done.added': 'The passkey is added. You can sign in with it from now on.',
  'account.done.removed': 'The passkey is removed.',
  'account.done.password': 'The password is changed.',
  'account.done.recovery': 'Your new recovery codes are in use.',

  'account.error.last_way': 'This is your only way in. To remove it, add another one first.',
  'account.error.full': 'There are twenty passkeys already. Remove one that you do not use any more.',
  'account.error.not_found': 'This passkey is not there any more.',
  'account.error.not_allowed': 'This cannot be changed here. If you think it should be, ask whoever runs the service.',
  'account.error.link_expired': 'That took too long, or something else was changed meanwhile. Please begin again.',
  'account.error.confirmation_required': 'Your confirmation has run out. Please try again.',
};
