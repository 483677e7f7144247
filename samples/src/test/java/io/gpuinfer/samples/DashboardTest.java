package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The dashboard and the alerts of the docs ask for what the running application exposes. */
class DashboardTest extends ApplicationTest {

  private static final Path FOLDER = Path.of("../docs/observability");
  private static final Pattern SERIES = Pattern.compile("(?m)^(\\w+)(?:\\{(.*)})? \\S+$");
  private static final Pattern LABEL = Pattern.compile("(\\w+)=\"([^\"]*)\"");
  private static final Pattern VARIABLE_QUERY = Pattern.compile("label_values\\((.*), (\\w+)\\)");

  @Test
  void dashboardAsksForWhatIsThere() throws IOException {
    JsonNode dashboard = json.readTree(FOLDER.resolve("grafana-dashboard.json").toFile());
    List<String> queries = new ArrayList<>(dashboard.findValuesAsText("expr"));
    assertThat(queries).hasSizeGreaterThan(20);
    for (JsonNode variable : dashboard.at("/templating/list")) {
      Matcher query = VARIABLE_QUERY.matcher(variable.at("/query/query").asText());
      if (query.matches()) {
        queries.add("count by (%s) (%s)".formatted(query.group(2), query.group(1)));
      }
    }

    assertAllIsThere(queries);
  }

  @Test
  void alertsAskForWhatIsThere() throws IOException {
    Map<String, List<Map<String, Object>>> alerts =
        new Yaml(new SafeConstructor(new LoaderOptions()))
            .load(Files.readString(FOLDER.resolve("alerts.yaml")));
    List<String> queries = new ArrayList<>();
    for (Map<String, Object> group : alerts.get("groups")) {
      for (Object rule : (List<?>) group.get("rules")) {
        queries.add((String) ((Map<?, ?>) rule).get("expr"));
      }
    }
    assertThat(queries).hasSizeGreaterThan(5);

    assertAllIsThere(queries);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "rate(gpu_infer_request_total[5m]) > 1|metric gpu_infer_request_total",
        "sum by (modle) (gpu_infer_pending)|label modle",
        "gpu_infer_state{state=\"offlin\"}|state=\"offlin\" of gpu_infer_state",
        "sum(gpu_infer_refusals_total{why!=\"x\"})|why!=\"x\" of gpu_infer_refusals_total"
      })
  void seesWhatIsNotThere(String query, String unknown) {
    assertThat(PromQl.unknown(query, scrape())).containsExactly(unknown);
  }

  private void assertAllIsThere(List<String> queries) {
    answerToText();
    Map<String, Set<Map<String, String>>> series = scrape();
    for (String query : queries) {
      assertThat(PromQl.unknown(query, series)).as(query).isEmpty();
    }
  }

  /** The labels of all series, by metric. */
  private Map<String, Set<Map<String, String>>> scrape() {
    Map<String, Set<Map<String, String>>> series = new HashMap<>();
    Matcher lines = SERIES.matcher(http.getForObject("/actuator/prometheus", String.class));
    while (lines.find()) {
      Map<String, String> labels = new HashMap<>();
      if (lines.group(2) != null) {
        LABEL.matcher(lines.group(2)).results().forEach(l -> labels.put(l.group(1), l.group(2)));
      }
      series.computeIfAbsent(lines.group(1), name -> new HashSet<>()).add(labels);
    }
    return series;
  }
}
