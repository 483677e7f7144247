package io.gpuinfer.samples.kernel;

import com.aparapi.Kernel;
import com.aparapi.Range;
import io.gpuinfer.engine.InvalidInputException;
import io.gpuinfer.engine.kernel.Input;
import io.gpuinfer.engine.kernel.Output;
import io.gpuinfer.engine.kernel.RouteKernel;

/**
 * The edges of a picture: the length of its brightness's gradient, by Sobel's two filters of 3×3
 * pixels. Beyond the picture's border is what is on it.
 *
 * <p>Pixels are {@code 0xRRGGBB}, row by row; those of the answer are grey.
 */
public class EdgeFilter extends Kernel implements RouteKernel {

  @Input protected int[] pixels;
  @Input protected int width;
  @Output protected int[] edges;
  protected int height;

  @Override
  public Range prepare() {
    if (width < 1 || pixels.length % width != 0) {
      throw new InvalidInputException(
          "%d pixels do not make rows of %d".formatted(pixels.length, width));
    }
    height = pixels.length / width;
    edges = new int[pixels.length];
    return Range.create2D(width, height);
  }

  @Override
  public void run() {
    int x = getGlobalId(0);
    int y = getGlobalId(1);
    int across =
        brightness(x + 1, y - 1)
            + 2 * brightness(x + 1, y)
            + brightness(x + 1, y + 1)
            - brightness(x - 1, y - 1)
            - 2 * brightness(x - 1, y)
            - brightness(x - 1, y + 1);
    int down =
        brightness(x - 1, y + 1)
            + 2 * brightness(x, y + 1)
            + brightness(x + 1, y + 1)
            - brightness(x - 1, y - 1)
            - 2 * brightness(x, y - 1)
            - brightness(x + 1, y - 1);
    int edge = min(255, (int) sqrt((float) (across * across + down * down)));
    edges[y * width + x] = (edge << 16) | (edge << 8) | edge;
  }

  /** From 0 to 255, after ITU-R BT.601, in 256ths. */
  protected int brightness(int x, int y) {
    int pixel = pixels[max(0, min(height - 1, y)) * width + max(0, min(width - 1, x))];
    return (77 * ((pixel >> 16) & 255) + 150 * ((pixel >> 8) & 255) + 29 * (pixel & 255)) >> 8;
  }
}
