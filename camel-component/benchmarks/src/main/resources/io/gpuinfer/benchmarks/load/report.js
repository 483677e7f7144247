'use strict';

const data = JSON.parse(document.getElementById('data').textContent);

const levelColours = ['#2f7ed8', '#1a9c7c', '#d98c1f', '#c8553d', '#7b4fb3', '#59636e'];
const stateColours = {STABLE: '#3aa76d', DEGRADED: '#e3a72f', OFFLINE: '#c8443c', RECOVERING: '#4f86c6'};
const placeColours = {
  'sent': '#59636e', 'high priority': '#7b4fb3', 'normal priority': '#2f7ed8', 'low priority': '#8fb3d9',
  'answered': '#3aa76d', 'rejected': '#e3a72f', 'expired': '#d9734e', 'failed': '#a8322a',
  'time of answered requests': '#59636e', 'queue': '#e3a72f', 'device': '#2f7ed8',
  'transfer': '#7b4fb3', 'compute': '#3aa76d', 'rest': '#9aa5b1',
};
const allCharts = [];

function chart(id, option) {
  const made = echarts.init(document.getElementById(id));
  made.setOption({animation: false, textStyle: {fontFamily: 'system-ui, "DejaVu Sans", sans-serif'}, ...option});
  allCharts.push(made);
  return made;
}

function round(value) {
  return Number(value.toPrecision(3)).toLocaleString('en');
}

function axisName(name, gap) {
  return {name, nameLocation: 'middle', nameGap: gap};
}

function percentile(allButOne) {
  return Number((100 * (1 - 1 / allButOne)).toPrecision(6)) + ' %';
}

function showGoodput() {
  const points = data.levels.map(level => [level.offered, level.goodput, level.name])
    .sort((one, other) => one[0] - other[0]);
  chart('goodput', {
    grid: {left: 60, right: 40, top: 30, bottom: 50},
    tooltip: {formatter: point => point.data.length
      ? `${point.data[2]} of the peak<br>offered ${round(point.data[0])}/s<br>goodput ${round(point.data[1])}/s` : ''},
    xAxis: {type: 'log', ...axisName('offered', 28), min: 'dataMin', max: 'dataMax',
      axisLabel: {formatter: round}, minorSplitLine: {show: false}},
    yAxis: {type: 'value', ...axisName('goodput', 42), min: 0, axisLabel: {showMaxLabel: false}, max: most => Math.ceil(1.15 * Math.max(data.peak, most.max))},
    series: [{
      type: 'line', data: points, symbolSize: 9, color: '#2f7ed8', clip: false,
      label: {show: true, position: 'top', distance: 8, backgroundColor: '#fffc', formatter: point => point.data[2]},
      markLine: {
        silent: true, symbol: 'none', lineStyle: {color: '#59636e', type: 'dashed'},
        label: {formatter: `peak ${round(data.peak)}/s`, position: 'insideEndTop'},
        data: [{yAxis: data.peak}],
      },
    }],
  });
}

function whisker(values, api) {
  const low = api.coord([api.value(0), api.value(1)]);
  const high = api.coord([api.value(0), api.value(2)]);
  const line = (x1, y1, x2, y2) => ({type: 'line', shape: {x1, y1, x2, y2}, style: {stroke: '#1f2733', lineWidth: 1.5}});
  return {type: 'group', children: [
    line(low[0], low[1], high[0], high[1]),
    line(low[0] - 7, low[1], low[0] + 7, low[1]),
    line(high[0] - 7, high[1], high[0] + 7, high[1]),
  ]};
}

function showContest() {
  chart('contest', {
    grid: {left: 60, right: 20, top: 30, bottom: 50},
    tooltip: {formatter: bar => {
      const one = data.contest[bar.dataIndex];
      return `${one.name}<br>${round(one.goodput[1])} requests/s<br>p99 ${round(one.p99[1])} ms`;
    }},
    xAxis: {type: 'category', data: data.contest.map(one => one.name.replace(', ', '\n')), axisLabel: {interval: 0, lineHeight: 15}},
    yAxis: {type: 'value', ...axisName('requests/s', 42), min: 0, axisLabel: {showMaxLabel: false},
      max: Math.ceil(1.1 * Math.max(0, ...data.contest.map(one => one.goodput[2])))},
    series: [
      {type: 'bar', barWidth: '45%',
        label: {show: true, position: 'inside', formatter: bar => round(bar.value)},
        data: data.contest.map((one, i) => ({value: one.goodput[1], itemStyle: {color: i === 0 ? '#2f7ed8' : '#aab4c0'}}))},
      {type: 'custom', renderItem: whisker, z: 5,
        data: data.contest.map((one, i) => [i, one.goodput[0], one.goodput[2]])},
    ],
  });
}

function showLatency() {
  chart('latency', {
    color: levelColours,
    grid: {left: 70, right: 30, top: 40, bottom: 50},
    legend: {top: 4},
    tooltip: {trigger: 'item', formatter: point => `${point.seriesName}<br>${percentile(point.data[0])} within ${round(point.data[1])} ms`},
    xAxis: {type: 'log', min: 1, ...axisName('percentile', 28),
      axisLabel: {formatter: percentile}},
    yAxis: {type: 'log', ...axisName('ms', 48), axisLabel: {formatter: round}},
    series: data.levels.map((level, i) => ({
      type: 'line', name: level.name, data: level.curve, showSymbol: false, triggerLineEvent: true,
      markLine: i > 0 ? undefined : {
        silent: true, symbol: 'none', lineStyle: {color: '#59636e', type: 'dashed'},
        label: {formatter: `deadline ${data.deadline} ms`, position: 'insideStartTop'},
        data: [{yAxis: data.deadline}],
      },
    })),
  });
}

function stretch(values, api) {
  const from = api.coord([api.value(1), api.value(0)]);
  const to = api.coord([api.value(2), api.value(0)]);
  const height = api.size([0, 1])[1] * 0.6;
  return {type: 'rect', style: api.style(),
    shape: {x: from[0], y: from[1] - height / 2, width: Math.max(1, to[0] - from[0]), height}};
}

function showStates() {
  chart('states', {
    grid: {left: 80, right: 30, top: 40, bottom: 50},
    legend: {top: 4},
    tooltip: {formatter: part => `${part.seriesName}<br>${round(part.data[1])} to ${round(part.data[2])} s`},
    xAxis: {type: 'value', min: 0, max: 'dataMax', ...axisName('seconds', 28), axisLabel: {formatter: round}},
    yAxis: {type: 'category', inverse: true, data: data.levels.map(level => level.name)},
    series: Object.keys(stateColours).map(state => ({
      type: 'custom', name: state, renderItem: stretch, itemStyle: {color: stateColours[state]},
      encode: {x: [1, 2], y: 0},
      data: data.levels.flatMap((level, i) => level.states
        .filter(part => part.state === state).map(part => [i, part.from, part.to])),
    })),
  });
}

function sankey(flows) {
  const places = [...new Set(flows.flatMap(flow => [flow.source, flow.target]))];
  const amount = end => place => flows.filter(flow => flow[end] === place).reduce((sum, flow) => sum + flow.value, 0);
  const into = amount('target');
  const outOf = amount('source');
  return {
    tooltip: {formatter: part => part.dataType === 'edge'
      ? `${part.data.source} → ${part.data.target}: ${round(part.data.value)}` : `${part.name}: ${round(part.value)}`},
    series: [{
      type: 'sankey', left: 10, right: 150, top: 10, bottom: 20, nodeGap: 14, draggable: false,
      data: places.map(name => ({name, value: Math.max(into(name), outOf(name)), itemStyle: {color: placeColours[name]}})),
      links: flows, lineStyle: {color: 'gradient', opacity: 0.35},
      label: {formatter: part => `${part.name} ${round(part.value)}`},
    }],
  };
}

function showFlows() {
  const requests = chart('requests', {});
  const time = chart('time', {});
  const buttons = data.levels.map((level, i) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = level.name;
    button.addEventListener('click', () => choose(i));
    document.getElementById('choice').append(button);
    return button;
  });

  function choose(chosen) {
    const level = data.levels[chosen];
    buttons.forEach((button, i) => button.setAttribute('aria-pressed', String(i === chosen)));
    document.getElementById('requests-unit').textContent = level.requests.unit;
    document.getElementById('time-unit').textContent = level.time.unit;
    requests.setOption(sankey(level.requests.flows), {replaceMerge: ['series']});
    time.setOption(sankey(level.time.flows), {replaceMerge: ['series']});
  }

  if (data.levels.length > 0) {
    choose(data.levels.length - 1);
  }
}

function element(name, text) {
  const made = document.createElement(name);
  if (text !== undefined) {
    made.textContent = text;
  }
  return made;
}

function row(cell, texts) {
  const made = element('tr');
  made.append(...texts.map(text => element(cell, text)));
  return made;
}

function showTables() {
  document.getElementById('conditions').append(...data.conditions.map(line => element('li', line)));
  for (const table of data.tables) {
    const section = element('section');
    const scroll = element('div');
    scroll.className = 'scroll';
    const made = element('table');
    const head = element('thead');
    head.append(row('th', table.header));
    const body = element('tbody');
    body.append(...table.rows.map(cells => row('td', cells)));
    made.append(head, body);
    scroll.append(made);
    section.append(element('h2', table.title), scroll);
    document.getElementById('tables').append(section);
  }
}

showTables();
showGoodput();
showContest();
showLatency();
showStates();
showFlows();
window.addEventListener('resize', () => allCharts.forEach(each => each.resize()));
