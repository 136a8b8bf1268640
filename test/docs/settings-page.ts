import { settingGroups, type SettingDescription } from '#libs/settings';

const begin = '<!-- The settings up to the next such line are generated: npm run docs:settings -->';
const end = '<!-- End of the generated settings. -->';

/** The document with its section about settings generated from their definitions. */
export function withSettings(document: string): string {
  const [before, after] = [document.indexOf(begin), document.indexOf(end)];
  if (before === -1 || after < before) throw new Error('the lines around the settings are missing');
  const groups = settingGroups.map(
    ({ title, settings }) => `### ${title}\n\n${settings.map(section).join('\n')}`,
  );
  return `${document.slice(0, before)}${begin}\n\n${groups.join('\n')}\n${document.slice(after)}`;
}

function section(setting: SettingDescription): string {
  const { name, summary, readBy, unit, expected, example, details } = setting;
  const facts = [
    `- Read by: ${readBy.join(', ')}`,
    `- Default: ${setting.default}`,
    ...(unit === undefined ? [] : [`- Unit: ${unit}`]),
    `- Value: ${expected}`,
    `- Example: \`${name}=${example}\``,
  ];
  const text = details === undefined ? '' : `\n${details}\n`;
  return `#### \`${name}\`\n\n${summary}\n\n${facts.join('\n')}\n${text}`;
}
