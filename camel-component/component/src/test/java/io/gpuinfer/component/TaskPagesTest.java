package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.apache.camel.test.junit5.CamelTestSupport;
import org.junit.jupiter.api.Test;

/** The routes in {@code docs/tasks} answer the inputs there as is written there. */
class TaskPagesTest extends CamelTestSupport {

  private static final Path PAGE_PNG =
      Path.of(
          System.getProperty("gpu-infer.test-data", "../../.test-data"),
          "python3-skimage/usr/lib/python3/dist-packages/skimage/data/page.png");

  @Test
  void shouldAnswerTheRequestOfThePageOnTensors() throws Exception {
    String page = page("tensor");
    load(blocks(page, "yaml").get(0));

    String answer = template.requestBody("direct:infer", blocks(page, "json").get(0), String.class);

    assertShown(blocks(page, "json").get(1), answer, 1e-4);
  }

  @Test
  void shouldReadThePictureOfThePageOnText() throws Exception {
    assumeTrue(Files.exists(PAGE_PNG), "./verify fetches the picture");
    String page = page("ocr");
    load(blocks(page, "yaml").get(0));

    String text = template.requestBody("direct:read", PAGE_PNG, String.class);
    OcrResult result = template.requestBody("gpu-infer:ppocr", PAGE_PNG, OcrResult.class);

    assertThat(text + "\n").isEqualTo(blocks(page, "text").get(0));
    assertThat(page).contains("`" + result + "`");
    assertShown(blocks(page, "json").get(0), JsonText.of(result), 1);
  }

  private void load(String route) throws Exception {
    PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.yaml", route));
  }

  private static String page(String task) throws IOException {
    return Files.readString(Path.of("../../docs/tasks/" + task + ".md"));
  }

  private static List<String> blocks(String page, String language) {
    return Pattern.compile("(?ms)^```" + language + "\n(.*?)^```$")
        .matcher(page)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** An ellipsis stands for what is not shown. */
  private static void assertShown(String shown, String answer, double tolerance)
      throws IOException {
    ObjectMapper mapper = new ObjectMapper();
    assertShown(mapper.readTree(shown.replace(", …", "")), mapper.readTree(answer), tolerance);
  }

  private static void assertShown(JsonNode shown, JsonNode answer, double tolerance) {
    if (shown.isNumber()) {
      assertThat(answer.asDouble()).isCloseTo(shown.asDouble(), within(tolerance));
    } else if (shown.isArray()) {
      assertThat(answer.size()).isGreaterThanOrEqualTo(shown.size());
      Stream.iterate(0, i -> i < shown.size(), i -> i + 1)
          .forEach(i -> assertShown(shown.get(i), answer.get(i), tolerance));
    } else if (shown.isObject()) {
      assertThat(answer.fieldNames()).toIterable().containsExactlyElementsOf(shown::fieldNames);
      shown
          .fieldNames()
          .forEachRemaining(name -> assertShown(shown.get(name), answer.get(name), tolerance));
    } else {
      assertThat(answer).isEqualTo(shown);
    }
  }
}
