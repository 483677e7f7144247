package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.rerank.RankedText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;

/** What the pages on the tasks for texts show: their routes run, and answer what they say. */
@TestInstance(Lifecycle.PER_CLASS)
class TextPagesTest extends CamelTestSupport {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TEXT = "A man is eating food.";

  @TempDir static Path repository;

  @Override
  protected CamelContext createCamelContext() throws Exception {
    Path minilm = Files.createDirectories(repository.resolve("minilm/1"));
    Files.copy(
        Path.of("src/test/resources/models/minilm/1/model.yaml"), minilm.resolve("model.yaml"));
    TinyModelFile.countingIn(
        repository,
        "mood",
        "classification",
        2,
        Map.of(
            "great", List.of(0f, 2f),
            "love", List.of(0f, 1.5f),
            "awful", List.of(2f, 0f),
            "boring", List.of(1f, 0f)));
    TinyModelFile.countingIn(
        repository, "pairs", "rerank", 1, Map.of("password", List.of(1f), "rocket", List.of(-2f)));
    CamelContext context = super.createCamelContext();
    GpuInferComponent component = context.getComponent("gpu-infer", GpuInferComponent.class);
    component.setModelRepository(repository.toString());
    for (String name : List.of("embedding", "rerank", "classification")) {
      DocsPage.blocks(page(name), "yaml").stream()
          .filter(yaml -> yaml.startsWith("- route:"))
          .forEach(route -> add(context, name + ".yaml", route));
    }
    return context;
  }

  @Override
  protected RoutesBuilder createRouteBuilder() {
    return new RouteBuilder() {
      @Override
      public void configure() {
        from("direct:pairs").to("gpu-infer:pairs?device=cpu");
      }
    };
  }

  @Test
  void shouldEmbedAsThePageSays() throws Exception {
    List<JsonNode> shown = data("embedding");

    String vector = template.requestBody("direct:embed", TEXT, String.class);
    JsonNode record = JSON.readTree(template.requestBody("direct:record", TEXT, String.class));

    assertThat(JSON.readTree(vector)).hasSize(384);
    assertBegins(JSON.readTree(vector), shown.get(0));
    assertThat(record.get("vector")).hasSize(384);
    assertBegins(record.get("vector"), shown.get(1).get("vector"));
    for (String name : List.of("model", "dimensions", "tokens", "truncated")) {
      assertThat(record.get(name)).isEqualTo(shown.get(1).get(name));
    }
  }

  @Test
  void shouldRankAsThePageSays() throws Exception {
    List<JsonNode> shown = data("rerank");

    Object ranked = template.requestBody("direct:rank", shown.get(0).toString());

    assertAlike(ranked, shown.get(1));
  }

  /** Of the words that count, "password" is in the query too, so each pair has it once more. */
  @Test
  void shouldRankByAModelThatReadsBoth() throws Exception {
    List<?> ranked =
        template.requestBody("direct:pairs", data("rerank").get(0).toString(), List.class);

    assertThat(ranked).extracting(one -> ((RankedText) one).index()).containsExactly(1, 2, 0);
    assertThat(ranked)
        .extracting(one -> ((RankedText) one).score())
        .allSatisfy(score -> assertThat(score).isBetween(0.0, 1.0));
    assertThat(((RankedText) ranked.get(0)).score())
        .isCloseTo(1 / (1 + Math.exp(-2)), within(1e-6));
    assertThat(((RankedText) ranked.get(2)).score()).isCloseTo(1 / (1 + Math.exp(1)), within(1e-6));
  }

  @Test
  void shouldClassifyAsThePageSays() throws Exception {
    List<JsonNode> shown = data("classification");
    List<?> texts = JSON.convertValue(shown.get(0), List.class);

    Object answers = template.requestBody("direct:mood", texts);

    assertAlike(answers, shown.get(1));
  }

  private static void assertBegins(JsonNode vector, JsonNode shown) {
    for (int i = 0; i < shown.size(); i++) {
      assertThat(vector.get(i).doubleValue()).isCloseTo(shown.get(i).doubleValue(), within(0.0001));
    }
  }

  /** Numbers are rounded to two places; all else is the same. */
  private static void assertAlike(Object answer, JsonNode shown) throws Exception {
    String actual = JsonText.of(answer);
    assertAlike(JSON.readTree(actual), shown, actual);
  }

  private static void assertAlike(JsonNode actual, JsonNode shown, String whole) {
    if (shown.isNumber()) {
      assertThat(actual.doubleValue()).as(whole).isCloseTo(shown.doubleValue(), within(0.006));
    } else if (shown.isContainerNode()) {
      assertThat(actual.size()).as(whole).isEqualTo(shown.size());
      Iterator<JsonNode> expected = shown.iterator();
      actual.forEach(one -> assertAlike(one, expected.next(), whole));
    } else {
      assertThat(actual).as(whole).isEqualTo(shown);
    }
  }

  private static List<JsonNode> data(String name) throws Exception {
    return DocsPage.blocks(page(name), "json").stream().map(TextPagesTest::parsed).toList();
  }

  private static JsonNode parsed(String data) {
    try {
      return JSON.readTree(data);
    } catch (Exception e) {
      throw new IllegalStateException(data, e);
    }
  }

  /** A page, or what is about texts on one that is about pictures too. */
  private static String page(String name) throws Exception {
    String page = DocsPage.named("tasks/" + name).text();
    return page.substring(Math.max(0, page.indexOf(" for texts\n")));
  }

  private static void add(CamelContext context, String name, String yaml) {
    try {
      PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString(name, yaml));
    } catch (Exception e) {
      throw new IllegalStateException(yaml, e);
    }
  }
}
