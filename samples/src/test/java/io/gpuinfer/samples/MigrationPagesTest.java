package io.gpuinfer.samples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.testing.DocsPage;
import io.gpuinfer.samples.media.InvoicePage;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.spi.RoutesLoader;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.Test;

/** The routes to move to, on the pages about moving from elsewhere, answer as these say. */
class MigrationPagesTest {

  private static final String TEXT = "A man is eating food.";

  /** How the vector of the text begins, as {@code docs/tasks/embedding} has it. */
  private static final float[] BEGINNING = {0.0332f, 0.0044f, -0.0063f, 0.0484f};

  private static final Pattern AFTER =
      Pattern.compile("(?ms)^\\[#after-[a-z]+]\n\\[source,yaml]\n----\n(.*?)^----$");

  @Test
  void shouldDoWhatCamelDjlDid() throws Exception {
    onPage(
        "migration-djl",
        2,
        template -> {
          assertIsTheVector(template.requestBody("direct:embed", TEXT, float[].class));
          BufferedImage line = InvoicePage.render().getSubimage(40, 50, 480, 70);
          assertThat(template.requestBody("direct:classify", line, String.class))
              .isEqualTo("upright");
        });
  }

  @Test
  void shouldDoWhatAServiceDid() throws Exception {
    onPage(
        "migration-sidecar",
        1,
        template -> assertIsTheVector(template.requestBody("direct:embed", TEXT, float[].class)));
  }

  private static void assertIsTheVector(float[] vector) {
    assertThat(vector).hasSize(384);
    assertThat(Arrays.copyOf(vector, BEGINNING.length)).containsExactly(BEGINNING, within(1e-4f));
  }

  private static void onPage(String name, int routes, Consumer<ProducerTemplate> use)
      throws Exception {
    List<String> after =
        AFTER.matcher(DocsPage.named(name).text()).results().map(block -> block.group(1)).toList();
    assertThat(after).hasSize(routes);
    try (CamelContext context = new DefaultCamelContext()) {
      RoutesLoader loader = PluginHelper.getRoutesLoader(context);
      loader.loadRoutes(
          ResourceHelper.resolveResource(context, "classpath:camel-template/guarded-call.yaml"));
      for (String yaml : after) {
        loader.loadRoutes(ResourceHelper.fromString("after.yaml", yaml));
      }
      context.start();
      use.accept(context.createProducerTemplate());
    }
  }
}
