// What of Grafana's published types the dashboards are checked against. grafana_schema.json is made from this, in an empty folder:
//
//   npm install @grafana/schema@13.2.3 ts-json-schema-generator@2.10.0
//   echo '{"compilerOptions": {"module": "esnext", "moduleResolution": "bundler", "skipLibCheck": true, "strict": true}}' > tsconfig.json
//   npx ts-json-schema-generator --path grafana_schema.ts --tsconfig tsconfig.json --type Everything --no-top-ref --expose none \
//       --jsDoc none --minify
//
// What the types leave open (targets of a panel, options) is checked by test_grafana.py: options by the panels' own types below.
import { Dashboard } from "@grafana/schema";
import { Options as Stat } from "@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen";
import { FieldConfig as TableField, Options as Table } from "@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen";
import { FieldConfig as TimeSeriesField, Options as TimeSeries } from "@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen";
import { FieldConfig as BarChartField, Options as BarChart } from "@grafana/schema/dist/esm/raw/composable/barchart/panelcfg/x/BarChartPanelCfg_types.gen";

export interface Everything {
  dashboard: Dashboard;
  stat: Partial<Stat>;
  table: Partial<Table>;
  tableField: Partial<TableField>;
  timeseries: Partial<TimeSeries>;
  timeseriesField: Partial<TimeSeriesField>;
  barchart: Partial<BarChart>;
  barchartField: Partial<BarChartField>;
}
