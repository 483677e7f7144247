package io.gpuinfer.samples.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.testing.DocsPage;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes of the documentation, on an OpenCL device and on Java threads. */
class KernelSamplesTest {

  private static final Path ASTRONAUT =
      Path.of(System.getProperty("gpu-infer.test-data", "../.test-data"))
          .resolve("python3-skimage/usr/lib/python3/dist-packages/skimage/data/astronaut.png");

  /** What is to be done with the routes. */
  private interface Work {
    void with(ProducerTemplate routes) throws Exception;
  }

  private static void on(String device, Work work) throws Exception {
    try (CamelContext context = new DefaultCamelContext()) {
      context.getPropertiesComponent().addOverrideProperty("kernel.device", device);
      PluginHelper.getRoutesLoader(context)
          .loadRoutes(
              PluginHelper.getResourceLoader(context)
                  .resolveResource("classpath:kernel/kernels.yaml"));
      context.start();
      work.with(context.createProducerTemplate());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl", "cpu"})
  void findsTheEdgesOfPictures(String device) throws Exception {
    on(
        device,
        routes -> {
          compareEdges(routes, drawing());
          if (Files.exists(ASTRONAUT)) {
            compareEdges(routes, Files.readAllBytes(ASTRONAUT));
          }
          assertThatThrownBy(() -> routes.requestBody("direct:edges", new byte[] {1, 2}))
              .hasRootCauseInstanceOf(InvalidInputException.class);
        });
  }

  /** Against the definition: two filters, as matrices, in double precision. */
  private static void compareEdges(ProducerTemplate routes, byte[] file) throws IOException {
    BufferedImage picture = ImageIO.read(new ByteArrayInputStream(file));
    byte[] png = routes.requestBody("direct:edges", file, byte[].class);
    BufferedImage edges = ImageIO.read(new ByteArrayInputStream(png));

    int[][] sobel = {{-1, 0, 1}, {-2, 0, 2}, {-1, 0, 1}};
    int width = picture.getWidth();
    int height = picture.getHeight();
    assertThat(edges.getWidth()).isEqualTo(width);
    assertThat(edges.getHeight()).isEqualTo(height);
    for (int y = 0; y < height; y++) {
      for (int x = 0; x < width; x++) {
        int across = 0;
        int down = 0;
        for (int i = -1; i <= 1; i++) {
          for (int j = -1; j <= 1; j++) {
            int column = Math.min(width - 1, Math.max(0, x + i));
            int row = Math.min(height - 1, Math.max(0, y + j));
            Color color = new Color(picture.getRGB(column, row));
            int brightness =
                (77 * color.getRed() + 150 * color.getGreen() + 29 * color.getBlue()) / 256;
            across += sobel[j + 1][i + 1] * brightness;
            down += sobel[i + 1][j + 1] * brightness;
          }
        }
        int expected = (int) Math.min(255, Math.hypot(across, down));
        Color edge = new Color(edges.getRGB(x, y));
        assertThat(edge.getGreen()).isBetween(expected - 1, expected + 1);
        assertThat(edge.getRed()).isEqualTo(edge.getGreen());
        assertThat(edge.getBlue()).isEqualTo(edge.getGreen());
      }
    }
  }

  private static byte[] drawing() throws IOException {
    BufferedImage image = new BufferedImage(97, 61, BufferedImage.TYPE_INT_RGB);
    Graphics2D graphics = image.createGraphics();
    graphics.setPaint(new GradientPaint(0, 0, Color.BLUE, 97, 61, Color.YELLOW));
    graphics.fillRect(0, 0, 97, 61);
    graphics.setColor(Color.RED);
    graphics.fillOval(20, 10, 40, 40);
    graphics.dispose();
    ByteArrayOutputStream png = new ByteArrayOutputStream();
    ImageIO.write(image, "png", png);
    return png.toByteArray();
  }

  private static final Map<String, Object> OPTION =
      Map.of(
          "spot", 100,
          "strike", 105,
          "rate", 0.05,
          "volatility", 0.2,
          "years", 1,
          "items", 512,
          "pathsPerItem", 256,
          "seed", 7);

  @ParameterizedTest
  @ValueSource(strings = {"opencl", "cpu"})
  void pricesAnOptionAsTheFormulaDoes(String device) throws Exception {
    on(
        device,
        routes -> {
          Estimate estimate = routes.requestBody("direct:price", OPTION, Estimate.class);

          // Black and Scholes, 1973: the call of these terms is worth 8.0213522.
          assertThat(estimate.standardError()).isBetween(0.03, 0.05);
          assertThat(estimate.value()).isCloseTo(8.0213522, within(3 * estimate.standardError()));
          assertThat(estimate.value()).isCloseTo(priceInSequence(), within(1e-5));
          assertThatThrownBy(
                  () ->
                      routes.requestBody("direct:price", with(OPTION, "items", Integer.MAX_VALUE)))
              .isInstanceOf(RuntimeCamelException.class)
              .hasRootCauseInstanceOf(InvalidInputException.class);
        });
  }

  /** The same paths one after the other, in double precision. */
  private static double priceInSequence() {
    long key = 0x4540_21DE_755D_453BL; // 15 times the golden ratio's 64 bits, for the seed 7
    double sum = 0;
    int paths = 512 * 256;
    for (int path = 0; path < paths; path++) {
      double radius = Math.sqrt(-2 * Math.log(uniform(2L * path, key)));
      double normal = radius * Math.cos(2 * Math.PI * uniform(2L * path + 1, key));
      double end = 100 * Math.exp(0.05 - 0.02 + 0.2 * normal);
      sum += Math.max(0, end - 105);
    }
    return Math.exp(-0.05) * sum / paths;
  }

  /** As the paper on Squares has it, with 23 of the bits. */
  private static double uniform(long counter, long key) {
    long x = counter * key;
    final long y = x;
    final long z = y + key;
    x = Long.rotateLeft(x * x + y, 32);
    x = Long.rotateLeft(x * x + z, 32);
    x = Long.rotateLeft(x * x + y, 32);
    return (((x * x + z) >>> 41) + 0.5) / (1 << 23);
  }

  @ParameterizedTest
  @ValueSource(strings = {"opencl", "cpu"})
  void movesStarsAndKeepsTheirEnergy(String device) throws Exception {
    Sky sky = Sky.random(50);
    on(
        device,
        routes -> {
          Map<?, ?> answer =
              routes.requestBody(
                  "direct:stars",
                  Map.of(
                      "positions",
                      sky.floats(sky.positions()),
                      "velocities",
                      sky.floats(sky.velocities()),
                      "masses",
                      sky.floats(sky.masses()),
                      "softening",
                      Sky.SOFTENING,
                      "step",
                      0.01,
                      "steps",
                      200),
                  Map.class);
          Sky moved =
              new Sky(
                  Sky.doubles((float[]) answer.get("positions")),
                  Sky.doubles((float[]) answer.get("velocities")),
                  sky.masses());
          Sky expected = sky.after(200, 0.01);

          assertThat(moved.positions()).containsExactly(expected.positions(), within(1e-4));
          assertThat(moved.velocities()).containsExactly(expected.velocities(), within(1e-4));
          assertThat(moved.energy()).isCloseTo(sky.energy(), within(1e-4));
          assertThat(moved.positions()[0]).isNotCloseTo(sky.positions()[0], within(1e-2));
        });
  }

  /** Bodies in double precision, moved by the same method, written as its textbook does. */
  private record Sky(double[] positions, double[] velocities, double[] masses) {

    static final double SOFTENING = 0.1;

    static Sky random(int bodies) {
      Random random = new Random(3);
      double[] masses = random.doubles(bodies, 0.5 / bodies, 1.5 / bodies).toArray();
      return new Sky(
          random.doubles(3L * bodies, -1, 1).toArray(),
          random.doubles(3L * bodies, -0.5, 0.5).toArray(),
          masses);
    }

    float[] floats(double... values) {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      return floats;
    }

    static double[] doubles(float... values) {
      double[] doubles = new double[values.length];
      for (int i = 0; i < doubles.length; i++) {
        doubles[i] = values[i];
      }
      return doubles;
    }

    Sky after(int steps, double step) {
      double[] x = positions.clone();
      double[] v = velocities.clone();
      double[] a = accelerations(x);
      for (int s = 0; s < steps; s++) {
        for (int i = 0; i < x.length; i++) {
          x[i] += step * v[i] + 0.5 * step * step * a[i];
        }
        double[] next = accelerations(x);
        for (int i = 0; i < v.length; i++) {
          v[i] += 0.5 * step * (a[i] + next[i]);
        }
        a = next;
      }
      return new Sky(x, v, masses);
    }

    private double[] accelerations(double... x) {
      double[] a = new double[x.length];
      for (int i = 0; i < masses.length; i++) {
        for (int j = 0; j < masses.length; j++) {
          double cube = Math.pow(squareOfDistance(i, j, x), 1.5);
          for (int axis = 0; axis < 3; axis++) {
            a[3 * i + axis] += masses[j] * (x[3 * j + axis] - x[3 * i + axis]) / cube;
          }
        }
      }
      return a;
    }

    private static double squareOfDistance(int i, int j, double... x) {
      double square = SOFTENING * SOFTENING;
      for (int axis = 0; axis < 3; axis++) {
        square += Math.pow(x[3 * j + axis] - x[3 * i + axis], 2);
      }
      return square;
    }

    double energy() {
      double energy = 0;
      for (int i = 0; i < masses.length; i++) {
        for (int axis = 0; axis < 3; axis++) {
          energy += masses[i] * velocities[3 * i + axis] * velocities[3 * i + axis] / 2;
        }
        for (int j = 0; j < i; j++) {
          energy -= masses[i] * masses[j] / Math.sqrt(squareOfDistance(i, j, positions));
        }
      }
      return energy;
    }
  }

  @Test
  void theDocumentationShowsTheseRoutes() throws IOException {
    String page = DocsPage.named("tasks/kernel").text();
    String file = Files.readString(Path.of("src/main/resources/kernel/kernels.yaml"));
    String[] routes = file.split("(?m)^(?=- route)");
    assertThat(routes).hasSize(4);
    assertThat(page).contains(routes[1].strip(), routes[2].strip(), routes[3].strip());
  }

  @Test
  void refusesStarsThatAreIncomplete() throws Exception {
    on(
        "cpu",
        routes ->
            assertThatThrownBy(
                    () ->
                        routes.requestBody(
                            "direct:stars",
                            Map.of(
                                "positions",
                                new float[4],
                                "velocities",
                                new float[3],
                                "masses",
                                new float[1],
                                "softening",
                                0.1,
                                "step",
                                0.01,
                                "steps",
                                1)))
                .hasRootCauseInstanceOf(InvalidInputException.class)
                .hasStackTraceContaining("1 masses take three numbers each"));
  }

  /** No one can end a kernel, so that a small body must not ask for an hour's work. */
  @Test
  void refusesMoreStarsThanItCanMove() {
    Stars stars = new Stars();
    stars.masses = new float[10_000];
    stars.positions = new float[30_000];
    stars.velocities = new float[30_000];
    stars.softening = 0.1f;
    stars.steps = 200;
    assertThat(stars.prepare().getGlobalSize(0)).isEqualTo(10_000);
    stars.steps = 201;
    assertThatThrownBy(stars::prepare)
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("10000 bodies in 201 steps are over the limit");
  }

  private static Map<String, Object> with(Map<String, Object> map, String key, Object value) {
    Map<String, Object> changed = new HashMap<>(map);
    changed.put(key, value);
    return changed;
  }
}
