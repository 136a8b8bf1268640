/** Ids of the resources in examples. */
export const exampleIds = {
  tenant: 'ten_01jd3x4m5n6p7q8r9s0t1v2w3x',
  route: 'rte_01jd3x4m5n6p7q8r9s0t1v2w3x',
  apiKey: 'key_01jd3x4m5n6p7q8r9s0t1v2w3x',
  stickyKey: 'stk_01jd3x4m5n6p7q8r9s0t1v2w3x',
  connection: 'con_01jd3x4m5n6p7q8r9s0t1v2w3x',
  gateway: 'gtw_01jd3x4m5n6p7q8r9s0t1v2w3x',
  webhook: 'whk_01jd3x4m5n6p7q8r9s0t1v2w3x',
  webhookDelivery: 'whd_01jd3x4m5n6p7q8r9s0t1v2w3x',
  operator: 'opr_01jd3x4m5n6p7q8r9s0t1v2w3x',
  audit: 'aud_01jd3x4m5n6p7q8r9s0t1v2w3x',
};
