"""Patches that the tests read: one for each thing that git, and others, write."""

MODIFIED = b"""diff --git a/src/app.py b/src/app.py
index 1111111..2222222 100644
--- a/src/app.py
+++ b/src/app.py
@@ -1,4 +1,5 @@ def begin():
 one
-two
+two and more
+three
 four
 five
"""

RENAMED = b"""diff --git a/old name.py b/new name.py
similarity index 91%
rename from old name.py
rename to new name.py
index 1111111..2222222 100755
--- a/old name.py\t
+++ b/new name.py\t
@@ -7 +7 @@
-a
+b
"""

ADDED = b"""diff --git a/new.txt b/new.txt
new file mode 100644
index 0000000..2222222
--- /dev/null
+++ b/new.txt
@@ -0,0 +1,2 @@
+a
+b
\\ No newline at end of file
"""

DELETED = b"""diff --git a/gone.txt b/gone.txt
deleted file mode 100644
index 2222222..0000000
--- a/gone.txt
+++ /dev/null
@@ -1 +0,0 @@
-a
"""

MODE = b"""diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
"""

BINARY = b"""diff --git a/a b/picture.png b/a b/picture.png
index 1111111..2222222 100644
Binary files a/a b/picture.png and b/a b/picture.png differ
"""

BINARY_WHOLE = b"""diff --git a/x.bin b/x.bin
index 1111111111111111111111111111111111111111..2222222222222222222222222222222222222222 100644
GIT binary patch
literal 3
KcmZQzU}69Q00960

literal 2
JcmZQzfB*mh0RR91

"""

QUOTED = rb"""diff --git "a/na\nme\t\303\274\"q" "b/na\nme\t\303\274\"q"
index 1111111..2222222 100644
--- "a/na\nme\t\303\274\"q"
+++ "b/na\nme\t\303\274\"q"
@@ -1 +1 @@
-u
+v
"""

MERGE = b"""diff --cc src/app.py
index 1111111,2222222..3333333
--- a/src/app.py
+++ b/src/app.py
@@@ -1,1 -1,1 +1,1 @@@
- a
 -b
++c
"""

PLAIN = b"""diff -ru old/a.c new/a.c
--- old/a.c\t2026-01-01 00:00:00.000000000 +0000
+++ new/a.c\t2026-01-02 00:00:00.000000000 +0000
@@ -1 +1 @@
--- a comment
+++ another
Binary files old/b.bin and new/b.bin differ
Only in new: d.c
--- old/c.c\t2026-01-01 00:00:00.000000000 +0000
+++ new/c.c\t2026-01-02 00:00:00.000000000 +0000
@@ -1,2 +1 @@
 a
-b
"""

SVN = b"""Index: trunk/a.txt
===================================================================
--- trunk/a.txt\t(revision 1)
+++ trunk/a.txt\t(working copy)
@@ -1 +1 @@
-a
+b
Index: trunk/b.txt
===================================================================
--- trunk/b.txt\t(revision 1)
+++ trunk/b.txt\t(working copy)
@@ -1 +1,2 @@
 a
+b
"""

MAILED = (
    b"""From 956abc33984614ead8428aa2d4af361b71371e47 Mon Sep 17 00:00:00 2001
From: Somebody <somebody@example.org>
Subject: [PATCH 1/2] Do things

It begins with
--- a word
+++ and another
---
 src/app.py | 3 ++-
 1 file changed, 2 insertions(+), 1 deletion(-)

"""
    + MODIFIED
    + b"""--\x20
2.39.5

From fd903e020df81ff60eed130db2bca34a3f69cbb2 Mon Sep 17 00:00:00 2001
From: Somebody <somebody@example.org>
Subject: [PATCH 2/2] Do more

@@ is no hunk here
+++ nor is this a name
---
"""
    + DELETED
    + b"""--\x20
2.39.5

"""
)
