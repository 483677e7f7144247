package io.gpuinfer.component;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.tasks.JsonText;
import io.gpuinfer.tasks.ocr.OcrResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
    DocsPage page = DocsPage.named("tasks/tensor");
    load(page.blocks("yaml").get(0));

    String answer = template.requestBody("direct:infer", page.blocks("json").get(0), String.class);

    assertShown(page.blocks("json").get(1), answer, 1e-4);
  }

  @Test
  void shouldReadThePictureOfThePageOnText() throws Exception {
    assumeTrue(Files.exists(PAGE_PNG), "./verify fetches the picture");
    DocsPage page = DocsPage.named("tasks/ocr");
    load(page.blocks("yaml").get(0));

    String text = template.requestBody("direct:read", PAGE_PNG, String.class);
    OcrResult result = template.requestBody("gpu-infer:ppocr", PAGE_PNG, OcrResult.class);

    assertThat(text + "\n").isEqualTo(page.blocks("text").get(0));
    assertThat(page.text()).contains("`+" + result + "+`");
    assertShown(page.blocks("json").get(0), JsonText.of(result), 1);
  }

  private void load(String route) throws Exception {
    PluginHelper.getRoutesLoader(context).loadRoutes(ResourceHelper.fromString("page.yaml", route));
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
