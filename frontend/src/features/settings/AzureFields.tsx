import { PasswordInput, TextInput } from '@mantine/core'
import { held, type Part } from './held'
import type { AzureField } from './modelDraft'

const FIELDS: { name: AzureField; label: string; description?: string }[] = [
  { name: 'api_version', label: 'API version' },
  { name: 'tenant_id', label: 'Directory (tenant) id', description: 'With a certificate only.' },
  { name: 'client_id', label: 'Application (client) id', description: 'With a certificate only.' },
  {
    name: 'certificate',
    label: 'Certificate',
    description: 'Its file where the server runs, PEM or PKCS#12.',
  },
  { name: 'authority', label: 'Authority', description: 'Where tokens come from, if not the public cloud.' },
  { name: 'scope', label: 'Scope', description: 'What the token is for, if not cognitive services.' },
]

/** What Azure wants beyond address and key. */
export function AzureFields({ model, draft, edit }: Part) {
  return (
    <>
      {FIELDS.map(({ name, label, description }) => (
        <TextInput
          key={name}
          label={label}
          description={description}
          value={draft.azure[name]}
          onChange={(event) => edit({ azure: { ...draft.azure, [name]: event.currentTarget.value } })}
          {...held(model, 'azure')}
        />
      ))}
      <PasswordInput
        label="Password of the certificate"
        placeholder={model.password_set ? 'One is kept; type another to replace it' : 'None'}
        autoComplete="new-password"
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password that was typed' }}
        value={draft.certificate_password}
        onChange={(event) => edit({ certificate_password: event.currentTarget.value })}
        {...held(model, 'azure')}
      />
    </>
  )
}
