/** Where the charts' library is; the build fills in its version. */
export {init} from '../../webjars/echarts/@echarts.version@/echarts.esm.min.js';
