#!/usr/bin/env python3
# encode-icons.py ENCODER COMPILER TARGET.c ICON.svg…: the icons as pictures of the size of a line, in a resource below the
# program's icons. GTK reads these at once, where it renders an SVG three times over; larger ones are still drawn from the SVG. Where the
# encoder, or what it reads SVG with, is not installed, the resource is empty, and all are.
#
# SPDX-License-Identifier: GPL-3.0-or-later
import os
import subprocess
import sys
import tempfile

PREFIX = '/org/satchelcrm/ui/icons'
SIZES = {'16x16': '16x16', '16x16@2': '32x32'}  # folder of the theme → pixels


def encode(encoder, icons, folder):
    """The pictures, as paths within the folder; none unless all can be made."""
    made = []
    for size, pixels in SIZES.items():
        place = os.path.join(size, 'actions')
        os.makedirs(os.path.join(folder, place))
        for icon in icons:
            picture = os.path.join(place, os.path.basename(icon)[:-len('.svg')] + '.symbolic.png')
            try:
                subprocess.run([encoder, icon, pixels, '-o', os.path.join(folder, place)], check=True, capture_output=True)
            except (OSError, subprocess.CalledProcessError):
                return []
            if not os.path.exists(os.path.join(folder, picture)):
                return []
            made.append(picture)
    return made


def main():
    encoder, compiler, target, *icons = sys.argv[1:]
    with tempfile.TemporaryDirectory() as folder:
        list_file = os.path.join(folder, 'icons.gresource.xml')
        with open(list_file, 'w', encoding='utf-8') as file:
            file.write(f'<gresources><gresource prefix="{PREFIX}">')
            file.writelines(f'<file>{picture}</file>' for picture in encode(encoder, icons, folder))
            file.write('</gresource></gresources>')
        subprocess.run([compiler, '--generate-source', '--c-name', 'satchel_icons', '--sourcedir', folder, '--target', target,
                        list_file], check=True)


if __name__ == '__main__':
    main()
