package io.gpuinfer.tasks.ocr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.gpuinfer.engine.Tensor;
import java.util.List;
import org.junit.jupiter.api.Test;

class BoxFinderTest {

  private static final int WIDTH = 100;
  private static final int HEIGHT = 60;

  private final float[] map = new float[WIDTH * HEIGHT];
  private final BoxFinder finder = new BoxFinder(0.3, 0.6, 1.5);

  @Test
  void shouldGrowABoxByItsAreaOverItsPerimeter() {
    fill(20, 10, 40, 8, 0.9f);

    List<Quad> boxes = find();

    // 1.5 · 40 · 8 / (2 · (40 + 8)) = 5 on each side of pixels 20 to 59 and 10 to 17.
    assertThat(boxes).hasSize(1);
    Quad box = boxes.get(0);
    assertThat(box.topLeft().x()).isCloseTo(20 - 0.5 - 5, within(1e-9));
    assertThat(box.topLeft().y()).isCloseTo(10 - 0.5 - 5, within(1e-9));
    assertThat(box.bottomRight().x()).isCloseTo(59 + 0.5 + 5, within(1e-9));
    assertThat(box.bottomRight().y()).isCloseTo(17 + 0.5 + 5, within(1e-9));
  }

  @Test
  void shouldTellRegionsApartAndJoinThoseThatTouchByACorner() {
    fill(5, 5, 20, 6, 0.9f);
    fill(5, 40, 20, 6, 0.9f);
    fill(60, 5, 10, 6, 0.9f);
    fill(70, 11, 10, 6, 0.9f);

    assertThat(Regions.above(0.3, Tensor.of(map, 1, 1, HEIGHT, WIDTH)))
        .extracting(Regions.Region::area)
        .containsExactlyInAnyOrder(120, 120, 2 * 60);
  }

  @Test
  void shouldLeaveOutWhatIsSmallOrUnlikely() {
    fill(5, 5, 30, 3, 0.9f);
    fill(5, 20, 30, 8, 0.5f);
    fill(5, 40, 30, 8, 0.2f);

    assertThat(find()).isEmpty();
  }

  @Test
  void shouldFindNothingInAnEmptyMapAndOneBoxInAFullOne() {
    assertThat(find()).isEmpty();
    fill(0, 0, WIDTH, HEIGHT, 1);
    assertThat(find()).hasSize(1);
  }

  private List<Quad> find() {
    return finder.find(Tensor.of(map, 1, 1, HEIGHT, WIDTH));
  }

  private void fill(int left, int top, int width, int height, float value) {
    for (int y = top; y < top + height; y++) {
      for (int x = left; x < left + width; x++) {
        map[y * WIDTH + x] = value;
      }
    }
  }
}
