import type { audit as english } from '../en/audit.js';

export const audit: Readonly<Record<keyof typeof english, string>> = {
  'menu.audit': '审计',
  'audit.title': '审计',
  'audit.intro': '谁改了什么。选择一条记录查看新旧值。',
  'audit.tenant': '租户',
  'audit.action': '操作',
  'audit.actor': '操作者',
  'audit.actor.placeholder': 'admin 或 id',
  'audit.since': '起始',
  'audit.until': '截止',
  'audit.empty': '没有符合条件的记录。',
  'audit.more': '显示更多',
  'audit.actor.admin': '管理员令牌',
  'audit.actor.operator': '操作员',
  'audit.actor.apiKey': 'API 密钥',
  'audit.actor.system': 'Sluice',
  'audit.target': '对象',
  'audit.revision': '修订版',
  'audit.address': '客户端地址',
  'audit.requestId': '请求',
  'audit.details': '参数',

  'changes.title': '变更的字段',
  'changes.field': '字段',
  'changes.before': '变更前',
  'changes.after': '变更后',
};
